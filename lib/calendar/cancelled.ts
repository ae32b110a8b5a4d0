import type { Component } from './components.ts';
import { textIn } from './content-line.ts';

const WORD = /^(?:cancell?ed|annul[ée]+s?|abgesagt|cancelad[oa]|annullat[oa]|geannuleerd)$/i;
/**
 * Titles that Outlook gives to what does not take place. The colon follows at once: `Annulé ou reporté : …` is a
 * lecture.
 */
const TITLE = /^(?:cancell?ed|annul[ée]+s?|abgesagt|cancelad[oa]|annullat[oa]|geannuleerd)\s*:/i;
const BUSY = new Set(['X-MICROSOFT-CDO-BUSYSTATUS', 'X-MICROSOFT-CDO-INTENDEDSTATUS']);

/**
 * Whether an event says that it does not take place: by STATUS, by METHOD, or as Outlook does, by such a title together
 * with the time shown as free.
 */
export function isCancelled({ properties, calendar }: Component): boolean {
  if (calendar.method === 'CANCEL') return true;
  const says = (name: string): string | undefined => properties.find((one) => one.name === name)?.value.trim();
  const plain = (text: string | undefined): string => (text ?? '').normalize('NFC').trim();
  if (WORD.test(plain(says('STATUS'))) || WORD.test(plain(says('X-STATUS')))) return true;
  const isFree =
    properties.some(({ name, value }) => BUSY.has(name) && /^free$/i.test(value.trim())) ||
    /^transparent$/i.test(says('TRANSP') ?? '');
  return isFree && TITLE.test(plain(textIn(says('SUMMARY') ?? '')));
}

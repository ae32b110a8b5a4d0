import { shownZone } from '#lib/pages/format.ts';

/** How dates and times are written into the picture (overlays/template.ts), in the language of the recording. */
const STYLES = { date: { dateStyle: 'long' }, time: { timeStyle: 'medium' } } as const;

/** A template with what is known put in, as a recording shows it; what is empty is shown by its name. */
export function filled(
  template: string,
  values: Record<string, string | undefined>,
  locale: 'fr' | 'en',
  nowMs = Date.now(),
): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, key: string) => {
    if (key === 'elapsed') return '0:00:00';
    if (key !== 'date' && key !== 'time') return (Object.hasOwn(values, key) && values[key]) || whole;
    const timeZone = shownZone.value;
    const zone = timeZone === undefined ? {} : { timeZone };
    return new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', { ...STYLES[key], ...zone }).format(nowMs);
  });
}

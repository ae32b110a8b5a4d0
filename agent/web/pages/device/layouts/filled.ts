import { shownZone } from '#lib/pages/format.ts';

/** Forms of date and time, as they are written into the picture (overlays/template.ts). */
const STYLES = { date: { dateStyle: 'long' }, time: { timeStyle: 'medium' } } as const;

/** Fills a template with the known values, in the language of the recording; a key without a value stays as it is. */
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

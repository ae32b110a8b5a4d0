import { dateTime, timeOfDay } from '#lib/pages/format.ts';

/** A template with what is known put in, so that its room can be judged; what is empty is shown by its name. */
export function filled(template: string, values: Record<string, string | undefined>, nowMs = Date.now()): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, key: string) => {
    if (key === 'time') return timeOfDay(nowMs);
    if (key === 'date') return dateTime(nowMs).split(',')[0] ?? '';
    if (key === 'elapsed') return '0:00:00';
    return values[key] || whole;
  });
}

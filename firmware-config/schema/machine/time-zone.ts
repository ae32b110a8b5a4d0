import { z } from 'zod';
import { key } from '../key.ts';

/** Time zone of the hall. */
export const timeZone = key(
  z.string().refine(isTimeZone, 'is no time zone: write one such as Europe/Paris').optional(),
  {
    label: { en: 'Time zone', fr: 'Fuseau horaire' },
    en: 'time zone of names, dates and clocks',
    fr: 'fuseau horaire des noms, dates et horloges',
    form: { en: 'name such as `Europe/Paris`', fr: 'nom comme `Europe/Paris`' },
    standard: "the machine's",
  },
);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

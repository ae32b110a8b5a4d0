import { z } from 'zod';
import { key } from '../key.ts';
import { MUST, NAME_32, URL_1024 } from '../phrases.ts';
import { handOverSchema } from './hand-over.ts';
import { opencastSchema } from './opencast.ts';
import { feedUrl, loginWith, seconds } from './servers.ts';

/** An iCalendar feed. */
const calendar = z.strictObject({
  name: key(z.string().regex(/^[\w-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'), {
    label: { en: 'Name', fr: 'Nom' },
    en: 'how the API calls it',
    fr: 'le nom dans l’API',
    form: NAME_32,
    standard: MUST,
  }),
  url: key(feedUrl, {
    label: { en: 'Address', fr: 'Adresse' },
    en: 'an iCalendar feed',
    fr: 'un flux iCalendar',
    form: URL_1024,
    standard: MUST,
  }),
  location: key(z.string().min(1).max(200).optional(), {
    label: { en: 'Place', fr: 'Lieu' },
    en: 'only its events at this place (LOCATION)',
    fr: 'seulement ses événements à ce lieu (LOCATION)',
    standard: 'all',
  }),
  ...loginWith({
    user: { en: 'whom it is given to', standard: 'anybody' },
    passwordFile: '`secrets/NAME-password` in `data`',
    proxy: 'HTTP proxy on the way to it',
  }),
  pollSeconds: key(seconds(2, 86_400).default(300), {
    label: { en: 'Read every', fr: 'Relu toutes les' },
    en: 'it is asked for so often',
    unit: 's',
  }),
});

/** Times around events, and limits. */
export const scheduleTimes = {
  leadInSeconds: key(seconds(0, 3600).default(0), {
    label: { en: 'Lead-in', fr: 'Avance' },
    en: 'so long before an event its recording begins, if no other event needs the time',
    fr: 'l’enregistrement commence avant l’événement, si le temps est libre',
    unit: 's',
  }),
  leadOutSeconds: key(seconds(0, 3600).default(0), {
    label: { en: 'Lead-out', fr: 'Prolongation' },
    en: 'so long after an event its recording ends, if no other event needs the time',
    fr: 'l’enregistrement finit après l’événement, si le temps est libre',
    unit: 's',
  }),
  lookAheadDays: key(z.int().min(1).max(400).default(60), {
    label: { en: 'Days ahead', fr: 'Jours d’avance' },
    en: 'events of so many days are known, also without a network',
    fr: 'connus aussi sans réseau',
    unit: { en: 'days', fr: 'jours' },
  }),
  maxCalendarMB: key(z.number().min(0.1).max(1000).default(32), {
    label: { en: 'Largest calendar', fr: 'Plus gros calendrier' },
    en: 'a larger calendar is refused, and the last good one kept',
    fr: 'au-delà, le dernier bon est gardé',
    unit: { en: 'MB (10^6 bytes)', fr: 'Mo' },
  }),
};

/** The iCalendar feeds. */
export const calendars = z
  .array(calendar)
  .max(16)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two calendars have the same name');

/** The schedule's part of the configuration. */
export const scheduleSchema = z
  .strictObject({
    ...scheduleTimes,
    opencast: opencastSchema.optional(),
    calendars: calendars.default([]),
    handOver: handOverSchema.prefault({}),
  })
  .refine(
    ({ handOver }) => handOver.mostRetrySeconds >= handOver.firstRetrySeconds,
    'handOver.mostRetrySeconds must not be less than handOver.firstRetrySeconds',
  );
/** Settings of the schedule. */
export type ScheduleSettings = z.output<typeof scheduleSchema>;

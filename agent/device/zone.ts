import type { Personality } from '#lib/sis/personality.ts';
import type { Wanted } from './state.ts';

/** The IANA time zone of the box: the one that a controller chose from the device's list, else the configured one. */
export const zoneNameOf = (
  { sis }: Pick<Wanted, 'sis'>,
  { timeZones }: Pick<Personality, 'timeZones'>,
  configured: string,
): string => timeZones.find(({ code }) => code === sis.zone)?.iana ?? configured;

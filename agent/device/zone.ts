import type { Personality } from '#lib/sis/personality.ts';
import type { Wanted } from './state.ts';

/** Where the clock of the box stands, an IANA name: as a controller chose of the device's list, else as configured. */
export const zoneNameOf = (
  { sis }: Pick<Wanted, 'sis'>,
  { timeZones }: Pick<Personality, 'timeZones'>,
  configured: string,
): string => timeZones.find(({ code }) => code === sis.zone)?.iana ?? configured;

import { z } from 'zod';
import { shortText } from './parts.ts';
import { presets } from './presets.ts';

/** What is set by the control protocol (SIS) and belongs to no other part. */

export const PATTERNS = [
  'off',
  'bars',
  'aspect-1.33',
  'aspect-1.78',
  'aspect-1.85',
  'crop',
  'pulse',
  'timestamp',
  'osd',
] as const;

/** A port that was moved; null: off. Absent: as configured. */
const movedPort = z.union([z.null(), z.int().min(1).max(65535)]).optional();
/** Names of commands and their keys, and what a command carries: small, flat. */
export const keptRow = z.string().max(120);
export const keptValues = z.record(z.string().max(40), z.unknown());

export const sis = z.strictObject({
  destination: z.string().regex(/^[\w+-]{1,64}$/, 'must be the name of a destination'),
  countdownSeconds: z.int().min(0).max(60),
  pattern: z.enum(PATTERNS),
  thumbnails: z.enum(['small', 'archive']),
  zone: z
    .string()
    .regex(/^[A-Z0-9]{2,6}$/)
    .nullable(),
  idleMs: z.int().min(10_000).max(650_000_000),
  ports: z.strictObject({ telnet: movedPort, ssh: movedPort, http: movedPort, https: movedPort, snmp: movedPort }),
  snmp: z.strictObject({
    contact: shortText(64),
    location: shortText(64),
    community: shortText(64),
    enabled: z.boolean(),
  }),
  presets,
  profile: z.int().min(0).max(128),
  kept: z.record(keptRow, keptValues),
});
export type SisWanted = z.output<typeof sis>;

/** Services whose port a command can move (`MT`, `MH`, `PMAP`). */
export type MovablePort = keyof SisWanted['ports'];

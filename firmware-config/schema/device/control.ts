import { z } from 'zod';
import { group, key } from '../key.ts';
import { shortText } from '../parts.ts';
import { presets } from './presets.ts';

/** Settings of the control protocol (SIS) that belong to no other part. */

/** Test patterns. */
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

/** Port that a command moved; null: the service is off. A missing key means the configured port. */
const movedPort = (service: string, name: string) =>
  group(
    key(z.union([z.null(), z.int().min(1).max(65535)]).optional(), {
      label: name,
      en: `port of ${name}, where it was moved; null: off`,
      fr: `port de ${name}, s’il a été déplacé`,
      standard: `as \`${service}.port\``,
      sis: [`port.${service}`],
    }),
    name,
  );

const ports = z.strictObject({
  telnet: movedPort('telnet', 'Telnet'),
  ssh: movedPort('ssh', 'SSH'),
  http: movedPort('http', 'HTTP'),
  https: movedPort('https', 'HTTPS'),
  snmp: movedPort('snmp', 'SNMP'),
});
/** Services whose port a command can move (`MT`, `MH`, `PMAP`). */
export type MovablePort = keyof z.output<typeof ports>;

/** Settings of SNMP, as the SMP 351 has them (user guide). */
export const snmp = z.strictObject({
  contact: key(shortText(64), {
    label: { en: 'SNMP contact', fr: 'Contact SNMP' },
    en: 'SNMP contact: who is asked about the box',
    fr: 'SNMP : qui s’occupe de l’appareil',
    sis: ['snmp.contact'],
    factory: 'Not Specified',
  }),
  location: key(shortText(64), {
    label: { en: 'SNMP location', fr: 'Emplacement SNMP' },
    en: 'SNMP location: where the box stands',
    fr: 'SNMP : où se trouve l’appareil',
    sis: ['snmp.location'],
    factory: 'Not Specified',
  }),
  community: key(shortText(64), {
    label: { en: 'SNMP community', fr: 'Communauté SNMP' },
    en: 'SNMP community: what readers show',
    fr: 'SNMP : communauté de lecture',
    sis: ['snmp.community.public'],
    factory: 'public',
  }),
  enabled: key(z.boolean(), {
    label: 'SNMP',
    en: 'whether the box answers SNMP',
    fr: 'l’appareil répond au SNMP',
    sis: ['snmp.enable'],
    factory: false,
  }),
});

/** Name of a row of commands with its keys, for values that are only kept. */
export const keptRow = z.string().max(120);
const keptValue = key(z.unknown(), {
  label: { en: 'Kept value', fr: 'Valeur gardée' },
  en: 'value of a command that the box only keeps, by row and field',
  fr: 'valeur d’une commande que l’appareil ne fait que garder',
  form: { en: 'as the [row](sis-reference.md) has it', fr: 'comme la commande la donne' },
});
/** The values that a row keeps; flat and small. */
export const keptValues = z.record(z.string().max(40), keptValue);

/** Settings of the control protocol. */
export const sis = z.strictObject({
  destination: key(z.string().regex(/^[\w+-]{1,64}$/, 'must be the name of a destination'), {
    label: 'Destination',
    help: {
      en: 'internal, auto, or the name of another destination',
      fr: 'internal, auto, ou le nom d’une autre destination',
    },
    en: 'where recordings go: `internal`, `auto`, or the name of another destination',
    fr: 'où vont les enregistrements : internal, auto, ou le nom d’une autre destination',
    form: { en: '1 to 64 letters, digits, `-`, `_`, `+`', fr: '1 à 64 lettres, chiffres, `-`, `_`, `+`' },
    sis: ['record.destination'],
    factory: 'internal',
  }),
  countdownSeconds: key(z.int().min(0).max(60), {
    label: { en: 'Countdown', fr: 'Compte à rebours' },
    en: 'controllers are counted down so long; the recording begins at once',
    fr: 'compte à rebours annoncé aux automates ; l’enregistrement commence tout de suite',
    unit: 's',
    sis: ['record.delay'],
    factory: 5,
  }),
  pattern: key(z.enum(PATTERNS), {
    values: {
      off: { en: 'none', fr: 'aucune' },
      bars: { en: 'colour bars', fr: 'barres de couleur' },
      'aspect-1.33': { en: 'shape 4:3', fr: 'format 4:3' },
      'aspect-1.78': { en: 'shape 16:9', fr: 'format 16:9' },
      'aspect-1.85': { en: 'shape 1.85', fr: 'format 1,85' },
      crop: { en: 'crop', fr: 'rognage' },
      pulse: { en: 'pulse', fr: 'impulsion' },
      timestamp: { en: 'time stamp', fr: 'horodatage' },
      osd: { en: 'on-screen text', fr: 'texte à l’écran' },
    },
    label: { en: 'Test picture', fr: 'Mire' },
    en: 'test picture in the place of all inputs',
    fr: 'mire à la place de toutes les entrées',
    sis: ['output.pattern'],
    factory: 'off',
  }),
  thumbnails: key(z.enum(['small', 'archive']), {
    values: {
      small: { en: 'small', fr: 'petites' },
      archive: { en: 'as large as the picture', fr: 'taille de l’image' },
    },
    label: { en: 'Thumbnails', fr: 'Vignettes' },
    help: { en: 'size of the pictures beside a recording', fr: 'taille des images à côté d’un enregistrement' },
    en: 'thumbnails of recordings: small, or as large as their picture',
    fr: 'vignettes : petites, ou de la taille de l’image',
    sis: ['record.thumbnail'],
    factory: 'small',
  }),
  /** Code of a time zone of the personality. */
  zone: group(
    key(
      z
        .string()
        .regex(/^[A-Z0-9]{2,6}$/)
        .nullable(),
      {
        label: { en: 'Zone for controllers', fr: 'Fuseau des automates' },
        help: { en: 'empty: that of the box', fr: 'vide : celui de l’appareil' },
        en: 'time zone for controllers; null: as `timeZone` says',
        fr: 'fuseau horaire pour les automates ; rien : celui de timeZone',
        form: { en: 'code such as `CET`', fr: 'code comme `CET`' },
        sis: ['clock.zone'],
        factory: null,
      },
    ),
    { en: 'Time zone of controllers', fr: 'Fuseau horaire des automates' },
  ),
  idleMs: key(z.int().min(10_000).max(650_000_000), {
    label: { en: 'Session timeout', fr: 'Délai de session' },
    en: 'a session ends after so long without a word',
    fr: 'une session sans un mot se ferme après',
    unit: 'ms',
    sis: ['network.timeout'],
    factory: 300_000,
  }),
  ports: group(ports, { en: 'Ports that were moved', fr: 'Ports déplacés' }),
  snmp,
  presets,
  profile: key(z.int().min(0).max(128), {
    label: { en: 'Recording profile', fr: 'Profil d’enregistrement' },
    en: 'recording profile in use; 0: none',
    fr: 'profil d’enregistrement utilisé ; 0 : aucun',
    sis: ['profile.recall'],
    factory: 0,
  }),
  kept: group(z.record(keptRow, keptValues), { en: 'Kept values', fr: 'Valeurs gardées' }),
});
/** Settings of the control protocol. */
export type SisWanted = z.output<typeof sis>;

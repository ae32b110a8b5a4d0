import { z } from 'zod';
import { group, key } from '../key.ts';
import { shortText, urlOf } from '../parts.ts';
import { MUST, NAME_16, NAME_32, URL_1024 } from '../phrases.ts';

/** Streams that leave the box live. */

/** All streams: the archive (in dual mode channel A alone); channel B alone, in dual mode; the confidence stream. */
export const STREAMS = ['archive', 'archive-b', 'confidence'] as const;
/** Name of a stream in settings, requests and facts. */
export type StreamName = (typeof STREAMS)[number];

/** Name of a stream. */
export const streamName = z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, 'must be 1 to 16 letters, digits, - or _');

/** A multicast group. */
export const multicast = z.strictObject({
  address: key(z.ipv4().regex(/^2(2[4-9]|3\d)\./, 'must be a multicast address (224.0.0.0 to 239.255.255.255)'), {
    label: { en: 'Group address', fr: 'Adresse du groupe' },
    en: 'multicast group for players that ask for it',
    fr: 'groupe multicast pour les lecteurs qui le demandent',
    form: { en: '224.0.0.0 to 239.255.255.255', fr: '224.0.0.0 à 239.255.255.255' },
    standard: MUST,
  }),
  port: key(z.int().min(1024).max(65532).multipleOf(2), {
    label: { en: 'First port', fr: 'Premier port' },
    en: 'first of the multicast ports, even',
    fr: 'premier port multicast, pair',
    standard: MUST,
  }),
  ttl: key(z.int().min(0).max(255), {
    label: { en: 'Routers', fr: 'Routeurs' },
    en: 'routers that multicast may pass',
    fr: 'routeurs que le multicast peut traverser',
    standard: MUST,
  }),
});
export const MULTICAST = { en: 'Multicast', fr: 'Multicast' };

/** A stream of the RTSP server. */
export const stream = z.strictObject({
  enabled: key(z.boolean(), {
    label: { en: 'Offered by RTSP', fr: 'Proposé en RTSP' },
    en: 'whether the RTSP server offers it',
    fr: 'le serveur RTSP le propose',
    sis: ['stream.enable'],
    factory: true,
  }),
  /** Path on the RTSP server. */
  name: key(streamName, {
    label: { en: 'Stream name', fr: 'Nom du flux' },
    en: 'name of the stream: `rtsp://box/NAME`',
    fr: 'nom du flux : rtsp://appareil/NOM',
    form: NAME_16,
    sis: ['stream.name'],
  }),
  multicast: group(multicast.optional(), MULTICAST),
});
/** A stream of the RTSP server. */
export type StreamWanted = z.output<typeof stream>;

/** Address of a push target. */
export const pushUrl = urlOf(['rtsp', 'rtsps', 'rtmp', 'rtmps', 'udp', 'srt']);

/** A push target. */
export const push = z.strictObject({
  id: key(z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'), {
    label: { en: 'Id', fr: 'Identifiant' },
    en: 'id for the API; at most 32 targets',
    fr: 'identifiant pour l’API',
    form: NAME_32,
    standard: MUST,
    sis: ['push.url'],
  }),
  name: key(shortText(64), {
    label: { en: 'Name', fr: 'Nom' },
    en: 'name for people',
    fr: 'nom pour les gens',
    standard: MUST,
  }),
  enabled: key(z.boolean(), {
    label: { en: 'Enabled', fr: 'Actif' },
    en: 'whether it is sent there',
    fr: 'envoyé ou non',
    standard: MUST,
    sis: ['push.enable'],
  }),
  stream: key(z.enum(STREAMS), {
    values: {
      archive: { en: 'archive', fr: 'principal' },
      'archive-b': { en: 'channel B', fr: 'canal B' },
      confidence: { en: 'confidence', fr: 'contrôle' },
    },
    label: { en: 'Stream', fr: 'Flux' },
    en: 'stream that is sent; `archive-b` in dual mode alone',
    fr: 'flux envoyé ; le canal B en mode double seulement',
    standard: MUST,
  }),
  url: key(pushUrl, {
    label: { en: 'Address', fr: 'Adresse' },
    en: 'address: `rtsp`, `rtsps`, `rtmp`, `rtmps`, `udp` (MPEG-TS), `srt`',
    fr: 'adresse : rtsp, rtsps, rtmp, rtmps, udp (MPEG-TS), srt',
    form: URL_1024,
    standard: MUST,
    sis: ['push.url'],
  }),
});
/** A push target. */
export type PushWanted = z.output<typeof push>;

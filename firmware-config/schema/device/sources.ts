import { z } from 'zod';
import { group, key } from '../key.ts';
import { shortText, urlOf } from '../parts.ts';
import { ABSOLUTE_PATH, FRAMES_A_SECOND, MUST, URL_1024 } from '../phrases.ts';

/** Sources of inputs. */

const driver = <Name extends string>(name: Name) =>
  key(z.literal(name), { en: 'where the picture comes from', fr: 'd’où vient l’image' });

const address = <Url extends z.ZodType>(url: Url) =>
  key(url, {
    en: 'address (drivers `rtsp`: `rtsp://`, `rtsps://`; and `url`: also `rtmp`, `rtmps`, `srt`, `udp`, `rtp`, `tcp`, `http`, `https`)',
    fr: 'adresse',
    form: URL_1024,
    standard: MUST,
  });

const off = z.strictObject({ driver: driver('off') });

const testPicture = z.strictObject({
  driver: driver('test'),
  pattern: key(z.enum(['bars', 'motion', 'black']), {
    en: 'test picture (driver `test`)',
    fr: 'mire',
    standard: MUST,
  }),
});

const file = z.strictObject({
  driver: driver('file'),
  path: key(z.string().min(1).max(4096).startsWith('/', 'must be an absolute path'), {
    en: 'file, played in a loop (driver `file`)',
    fr: 'fichier joué en boucle',
    form: ABSOLUTE_PATH,
    standard: MUST,
  }),
});

const login = {
  user: key(shortText(128).optional(), {
    en: 'user name (drivers `rtsp`, and `url` with RTSP or HTTP)',
    fr: 'nom d’utilisateur',
  }),
  password: key(shortText(128).optional(), {
    en: 'password (drivers `rtsp`, and `url` with RTSP or HTTP); never shown or logged',
    fr: 'mot de passe, jamais montré ni journalisé',
  }),
};

const url = z.strictObject({
  driver: driver('url'),
  url: address(urlOf(['rtsp', 'rtsps', 'rtmp', 'rtmps', 'srt', 'udp', 'rtp', 'tcp', 'http', 'https'])),
  ...login,
});

const rtsp = z.strictObject({
  driver: driver('rtsp'),
  url: address(urlOf(['rtsp', 'rtsps'])),
  transport: key(z.enum(['tcp', 'udp']).default('tcp'), {
    en: 'way of the packets (driver `rtsp`)',
    fr: 'transport des paquets',
  }),
  ...login,
});

const OWN = "the device's own";

const soundDevice = z.strictObject({
  system: key(z.enum(['alsa', 'pulse']), {
    en: 'sound that goes with the picture (driver `v4l2`)',
    fr: 'son qui accompagne l’image',
    standard: 'none',
  }),
  device: key(shortText(128).min(1), {
    en: 'sound device, as `hw:1,0`',
    fr: 'périphérique de son, comme hw:1,0',
    standard: MUST,
  }),
});

const v4l2 = z.strictObject({
  driver: driver('v4l2'),
  device: key(z.string().regex(/^\/dev\/[\w/-]+$/, 'must be a device such as /dev/video0'), {
    en: 'device (driver `v4l2`)',
    fr: 'périphérique',
    form: 'as `/dev/video0`',
    standard: MUST,
  }),
  widthPx: key(z.int().min(64).max(7680).optional(), {
    en: 'width asked of the device (driver `v4l2`); with `heightPx`',
    fr: 'largeur demandée au périphérique',
    unit: 'pixels',
    standard: OWN,
  }),
  heightPx: key(z.int().min(64).max(4320).optional(), {
    en: 'height asked of the device (driver `v4l2`)',
    fr: 'hauteur demandée au périphérique',
    unit: 'pixels',
    standard: OWN,
  }),
  fps: key(z.number().min(1).max(120).optional(), {
    en: 'frame rate asked of the device (driver `v4l2`)',
    fr: 'cadence demandée au périphérique',
    unit: FRAMES_A_SECOND,
    standard: OWN,
  }),
  audio: group(soundDevice.optional(), { en: 'Sound', fr: 'Son' }),
});

/** The source of an input. */
export const inputSource = group(z.discriminatedUnion('driver', [off, testPicture, file, url, rtsp, v4l2]), {
  en: 'Source',
  fr: 'Source',
});
/** The source of an input. */
export type InputSource = z.output<typeof inputSource>;

import { z } from 'zod';
import { group, key, type Said } from '../key.ts';
import { shortText, urlOf } from '../parts.ts';
import { ABSOLUTE_PATH, FRAMES_A_SECOND, MUST, URL_1024 } from '../phrases.ts';

/** Sources of inputs. */

const DRIVERS: Readonly<Record<string, Said>> = {
  off: { en: 'nothing', fr: 'rien' },
  test: { en: 'test picture', fr: 'mire' },
  file: { en: 'file, in a loop', fr: 'fichier, en boucle' },
  url: { en: 'other address', fr: 'autre adresse' },
  rtsp: { en: 'RTSP camera or encoder', fr: 'caméra ou encodeur RTSP' },
  v4l2: { en: 'capture card', fr: 'carte d’acquisition' },
};

const driver = <Name extends string>(name: Name) =>
  key(z.literal(name), {
    values: DRIVERS,
    label: { en: 'Kind of source', fr: 'Genre de source' },
    en: 'where the picture comes from',
    fr: 'd’où vient l’image',
  });

const address = <Url extends z.ZodType>(url: Url) =>
  key(url, {
    label: { en: 'Address', fr: 'Adresse' },
    help: {
      en: 'without user and password: they have fields of their own',
      fr: 'sans utilisateur ni mot de passe : ils ont leurs champs',
    },
    en: 'address (drivers `rtsp`: `rtsp://`, `rtsps://`; and `url`: also `rtmp`, `rtmps`, `srt`, `udp`, `rtp`, `tcp`, `http`, `https`)',
    fr: 'adresse',
    form: URL_1024,
    standard: MUST,
  });

const off = z.strictObject({ driver: driver('off') });

const testPicture = z.strictObject({
  driver: driver('test'),
  pattern: key(z.enum(['bars', 'motion', 'black']), {
    values: {
      bars: { en: 'colour bars', fr: 'barres de couleur' },
      motion: { en: 'moving picture', fr: 'image animée' },
      black: { en: 'black', fr: 'noir' },
    },
    label: { en: 'Test picture', fr: 'Mire' },
    help: '',
    en: 'test picture (driver `test`)',
    fr: 'mire',
    standard: MUST,
  }),
});

const file = z.strictObject({
  driver: driver('file'),
  path: key(z.string().min(1).max(4096).startsWith('/', 'must be an absolute path'), {
    label: { en: 'File', fr: 'Fichier' },
    help: { en: 'played in a loop', fr: 'joué en boucle' },
    en: 'file, played in a loop (driver `file`)',
    fr: 'fichier joué en boucle',
    form: ABSOLUTE_PATH,
    standard: MUST,
  }),
});

const login = {
  user: key(shortText(128).optional(), {
    label: { en: 'User name', fr: 'Nom d’utilisateur' },
    help: '',
    en: 'user name (drivers `rtsp`, and `url` with RTSP or HTTP)',
    fr: 'nom d’utilisateur',
  }),
  password: key(shortText(128).optional(), {
    label: { en: 'Password', fr: 'Mot de passe' },
    help: { en: 'never shown or logged', fr: 'jamais montré ni journalisé' },
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
    values: { tcp: 'TCP', udp: 'UDP' },
    label: 'Transport',
    help: { en: 'how the packets come', fr: 'comment viennent les paquets' },
    en: 'way of the packets (driver `rtsp`)',
    fr: 'transport des paquets',
  }),
  ...login,
});

const OWN = "the device's own";

const soundDevice = z.strictObject({
  system: key(z.enum(['alsa', 'pulse']), {
    values: { alsa: 'ALSA', pulse: 'PulseAudio' },
    label: { en: 'Sound system', fr: 'Système de son' },
    help: { en: 'for the sound with the picture', fr: 'pour le son qui accompagne l’image' },
    en: 'sound that goes with the picture (driver `v4l2`)',
    fr: 'son qui accompagne l’image',
    standard: 'none',
  }),
  device: key(shortText(128).min(1), {
    label: { en: 'Sound device', fr: 'Périphérique de son' },
    en: 'sound device, as `hw:1,0`',
    fr: 'périphérique de son, comme hw:1,0',
    standard: MUST,
  }),
});

const v4l2 = z.strictObject({
  driver: driver('v4l2'),
  device: key(z.string().regex(/^\/dev\/[\w/-]+$/, 'must be a device such as /dev/video0'), {
    label: { en: 'Device', fr: 'Périphérique' },
    help: '',
    en: 'device (driver `v4l2`)',
    fr: 'périphérique',
    form: { en: 'as `/dev/video0`', fr: 'comme `/dev/video0`' },
    standard: MUST,
  }),
  widthPx: key(z.int().min(64).max(7680).optional(), {
    label: { en: 'Width', fr: 'Largeur' },
    help: { en: 'asked of the device, with the height', fr: 'demandée au périphérique, avec la hauteur' },
    en: 'width asked of the device (driver `v4l2`); with `heightPx`',
    fr: 'largeur demandée au périphérique',
    unit: 'pixels',
    standard: OWN,
  }),
  heightPx: key(z.int().min(64).max(4320).optional(), {
    label: { en: 'Height', fr: 'Hauteur' },
    help: { en: 'asked of the device', fr: 'demandée au périphérique' },
    en: 'height asked of the device (driver `v4l2`)',
    fr: 'hauteur demandée au périphérique',
    unit: 'pixels',
    standard: OWN,
  }),
  fps: key(z.number().min(1).max(120).optional(), {
    label: { en: 'Frame rate', fr: 'Cadence' },
    help: { en: 'asked of the device', fr: 'demandée au périphérique' },
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

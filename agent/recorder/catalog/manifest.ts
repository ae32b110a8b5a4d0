import { z } from 'zod';
import { localTime, zoneNames } from './local-time.ts';
import type { Recording, SecondStream } from '#agent/device/recording.ts';
import { bytesOfRecording, isOfChannelB, isThere, startMsOf } from './recording.ts';

/** Names of the recording box in the manifest. */
export interface Identity {
  hall: string;
  /** Name and number of the unit (SMP 351 `source_device`, `device_id`). */
  device: string;
  deviceId: string;
  version: string;
}

const text = z.string();
const time = z.number().int();
const metadata = z.object({
  title: text,
  presenter: text,
  series: text,
  course: text,
  contributor: text,
  coverage: text,
  description: text,
  format: text,
  identifier: text,
  language: text,
  publisher: text,
  rights: text,
  source: text,
  subject: text,
  type: text,
});
/** A file name that cannot lead out of its folder. */
const plainName = text.regex(/^[^/\\\0]+$/).refine((name) => !name.startsWith('.'));

const parts = z.array(
  z.object({
    stream: z.literal(2).optional(),
    number: time.positive(),
    destination: text,
    folder: text,
    name: plainName,
    state: z.enum(['writing', 'written', 'final', 'lost', 'failed']),
    createdAtMs: time,
    durationMs: time.nonnegative(),
    pictures: time.nonnegative(),
    bytes: time.nonnegative(),
    sha256: text.optional(),
  }),
);
const chapters = z.array(
  z.object({ part: time, offsetMs: time.nonnegative(), title: text, kind: z.enum(['mark', 'resume']) }),
);
const moment = { part: time, offsetMs: time.nonnegative() };
const px = z.number();
const layouts = z.array(
  z.object({
    ...moment,
    name: text.optional(),
    sizePx: z.object({ widthPx: px, heightPx: px }),
    windows: z.array(
      z.object({
        channel: z.enum(['A', 'B']),
        rect: z.object({ x: px, y: px, width: px, height: px }),
        shown: z.boolean(),
      }),
    ),
  }),
);
const slides = z.array(
  z.object({
    ...moment,
    picture: z.object(moment),
    additions: z.array(z.object(moment)),
    sameAs: time.nonnegative().optional(),
  }),
);
const breaks = z.array(z.object({ atMs: time, reason: text }));
/** A track that a recording does without if it cannot be read. */
const orNone = <Track extends z.ZodType>(track: Track) => track.optional().catch(undefined);

const recordingSchema = z.object({
  id: plainName,
  dbId: time,
  base: plainName,
  status: z.enum(['setup', 'recording', 'paused', 'finalizing', 'finished', 'partial', 'failed']),
  hall: text,
  owner: text,
  bookingId: text.optional(),
  systemName: text.optional(),
  locale: z.enum(['fr', 'en']).optional(),
  metadata,
  startedAtMs: time,
  endsAtMs: time.optional(),
  endedAtMs: time.optional(),
  parts,
  chapters,
  layouts: orNone(layouts),
  slides: orNone(slides),
  thumbnails: z.array(z.object({ offsetMs: time.nonnegative(), folder: text, name: plainName, title: text })),
  breaks,
  second: z.object({ parts, chapters, breaks, layouts: orNone(layouts) }).optional(),
  foreign: z.array(plainName).optional(),
  deliveredAtMs: time.optional(),
  revision: time.nonnegative(),
});

/** Reads the text of a manifest. Throws an error that names the place and the mistake. */
export function parseManifest(json: string): Recording {
  return z.object({ amphi: recordingSchema }).parse(JSON.parse(json)).amphi;
}

/**
 * The text of a recording's manifest: `package` as an SMP 351 (firmware 3.001) writes it, which Opencast gets as
 * `technical/extron-smp-351`, and `amphi`, from which the box reads the recording again.
 */
export function manifestOf(info: Recording, identity: Identity, timeZone?: string): string {
  return `${JSON.stringify({ package: packageOf(info, identity, timeZone), amphi: info }, undefined, 2)}\n`;
}

function packageOf(info: Recording, identity: Identity, timeZone?: string): object {
  const at = info.startedAtMs;
  return {
    version: identity.version,
    name: info.base,
    location: info.hall,
    db_id: String(info.dbId),
    event_id: info.bookingId ?? info.base,
    owner: info.owner,
    source_device: identity.device,
    device_id: identity.deviceId,
    record_mode: '0',
    package_size: bytesOfRecording(info),
    streams: [
      streamOf(info, info, isOfChannelB(info) ? 2 : 1, timeZone),
      ...(info.second ? [streamOf(info, info.second, 2, timeZone)] : []),
    ],
    metadata: dublinCore(info),
    local_time: localTime(at, timeZone).iso,
    utc_time: utc(at),
    timezone: zoneNames(at, timeZone),
  };
}

/** One stream of the package; the thumbnails are of the first stream alone. */
function streamOf(info: Recording, stream: SecondStream, number: 1 | 2, timeZone?: string): object {
  const parts = stream.parts.filter(isThere);
  const thumbnails = stream === info ? info.thumbnails : [];
  const marks = stream.chapters.flatMap((chapter) => {
    const part = parts.find(({ number }) => number === chapter.part);
    return part ? [{ timestamp: startMsOf(info, part) + chapter.offsetMs, title: chapter.title }] : [];
  });
  const pictureAt = (atMs: number): string =>
    thumbnails.find(({ offsetMs }) => Math.abs(offsetMs - atMs) <= 1)?.name ?? '';
  return {
    number,
    timedtext: [],
    recordings: parts.map((part) => ({
      number: part.number,
      name: part.name,
      created: localTime(part.createdAtMs, timeZone).iso,
      start: clockText(startMsOf(info, part)),
      start_ms: startMsOf(info, part),
      duration: clockText(part.durationMs),
      duration_ms: part.durationMs,
      file_size: part.bytes,
    })),
    chapters: marks.map(({ timestamp, title }) => ({ timestamp, name: pictureAt(timestamp), title })),
    thumbnails: thumbnails.map(({ offsetMs, name, title }) => ({ timestamp: offsetMs, name, title })),
  };
}

function dublinCore(info: Recording): object {
  const { metadata: given } = info;
  return {
    'dc:contributor': given.contributor,
    'dc:coverage': given.coverage,
    'dc:creator': given.presenter,
    'dc:date': utc(info.startedAtMs),
    'dc:description': given.description,
    'dc:format': given.format,
    'dc:identifier': given.identifier || info.base,
    'dc:language': given.language,
    'dc:publisher': given.publisher,
    'dc:relation': given.series,
    'dc:rights': given.rights,
    'dc:source': given.source,
    'dc:subject': given.subject,
    'dc:title': given.title,
    'dc:type': given.type,
    'dc:course': given.course,
  };
}

/**
 * The file name of a thumbnail, as `00014933.jpg`: milliseconds since the beginning of the recording, with eight
 * digits.
 */
export const thumbnailName = (offsetMs: number): string => `${String(offsetMs).padStart(8, '0')}.jpg`;

const utc = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

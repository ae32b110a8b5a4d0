import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ChunkNeeds } from '#central/workflows/chunks/chunk-needs.ts';
import type { Jobs } from '#central/store/jobs.ts';
import { openMediaStore, type MediaStore } from '#central/store/media-store.ts';
import { drawTimecode, findTimecodes } from '#lib/media/timecode.ts';
import type { Profile } from '#lib/opencast/profiles/profile.ts';
import { readProfiles } from '#lib/opencast/profiles/read-profiles.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { madeOnce } from '#test/support/made-once.ts';
import { freshDatabase, type TestDatabase } from '../../postgres.ts';

/** Size of the pictures, each with its time as a time code. */
export const SIZE = { widthPx: 320, heightPx: 180 };
const CODE = { x: 12, y: 60, width: 37 * 8, height: 5 * 8 };

export interface FilmWanted {
  seconds: number;
  fps: number;
  /** Options of the encoder. */
  coding: string;
  sound?: boolean;
  /** Options of the container. */
  container?: string;
}

/** A box's way of coding: closed groups of two seconds, no B-frames. */
export const BOX_CODING = '-c:v libx264 -preset veryfast -crf 30 -bf 0 -g 30 -keyint_min 30 -sc_threshold 0';
/** What many other programs make: B-frames, groups of any length up to 50 pictures. */
export const OTHER_CODING = '-c:v libx264 -preset veryfast -crf 30 -g 50';

/** Makes a film once on a machine: picture n has n / fps as its time code; each whole second has a beep of 30 ms. */
export function film(wanted: FilmWanted): Promise<string> {
  const { seconds, fps, coding, sound = true, container = '' } = wanted;
  const key = Buffer.from(`${coding} ${container}`).toString('base64url').slice(-40);
  return madeOnce(`chunks-${seconds}-${fps}-${sound}-${key}-2.mp4`, async (path) => {
    const pictures = `-f rawvideo -pix_fmt gray -s ${SIZE.widthPx}x${SIZE.heightPx} -r ${fps} -i pipe:0`.split(' ');
    const beep = `aevalsrc=0.6*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.03):s=48000:d=${seconds}`;
    const sounds = sound ? ['-f', 'lavfi', '-i', beep, '-c:a', 'aac', '-b:a', '96k', '-ac', '2'] : [];
    const argv = [
      ...pictures,
      ...sounds,
      ...coding.split(' '),
      '-pix_fmt',
      'yuv420p',
      ...container.split(' ').filter(Boolean),
    ];
    const child = startChild({
      command: 'nice',
      argv: ['-n', '10', 'ffmpeg', '-v', 'error', ...argv, '-y', path],
      feeds: [0],
    });
    const into = child.feed(0);
    for (let n = 0; n < seconds * fps; n++)
      if (!into.write(picture(Math.round((n * 1000) / fps), n))) await once(into, 'drain');
    into.end();
    const { code, reason } = await child.died;
    if (code !== 0) throw new Error(reason);
  });
}

function picture(ms: number, n: number): Buffer {
  const luma = Buffer.alloc(SIZE.widthPx * SIZE.heightPx, 90);
  // Something moves, so that pictures need their predecessors.
  for (let y = 120; y < 160; y++)
    luma.fill(200, y * SIZE.widthPx + ((n * 3) % 280), y * SIZE.widthPx + ((n * 3) % 280) + 30);
  drawTimecode(luma, SIZE.widthPx, SIZE.widthPx, SIZE.heightPx, CODE, { source: 1, ms });
  return luma;
}

/** A picture of a file: when it is shown, and the time code in it. */
export interface Seen {
  ptsMs: number;
  codeMs: number | undefined;
}

/** Decodes a file: its pictures, and all that the decoder complains about. */
export async function seenIn(path: string, width = SIZE.widthPx): Promise<{ pictures: Seen[]; complaints: string }> {
  const height = Math.round((width * SIZE.heightPx) / SIZE.widthPx);
  const filter = `scale=${width}:${height}:flags=area,format=gray`;
  const argv = [
    '-v',
    'warning',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-vf',
    filter,
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const { bytes, complaints } = await output('ffmpeg', argv);
  const times = (
    await output('ffprobe', [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-show_entries',
      'frame=pts_time',
      '-of',
      'csv=p=0',
      path,
    ])
  ).bytes
    .toString()
    .split(/\s+/)
    .map((line) => line.replace(/,.*$/, ''))
    .filter(Boolean)
    .map((time) => Number(time) * 1000);
  const size = width * height;
  const pictures = times.map((ptsMs, n) => ({
    ptsMs,
    codeMs: findTimecodes(bytes.subarray(n * size, (n + 1) * size), width, width, height)[0]?.ms,
  }));
  if (bytes.length !== size * times.length) throw new Error(`${bytes.length / size} pictures, ${times.length} times`);
  return { pictures, complaints };
}

/** Times in ms at which beeps begin in a file. */
export async function beepsIn(path: string): Promise<number[]> {
  const { bytes } = await output('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:a:0',
    '-af',
    'aresample=48000:first_pts=0',
    '-ac',
    '1',
    '-f',
    's16le',
    'pipe:1',
  ]);
  const beeps: number[] = [];
  let quiet = 48_000;
  for (let n = 0; n * 2 < bytes.length; n++) {
    const isLoud = Math.abs(bytes.readInt16LE(n * 2)) > 4000;
    if (isLoud && quiet > 4800) beeps.push(n / 48);
    quiet = isLoud ? 0 : quiet + 1;
  }
  return beeps;
}

async function output(command: string, argv: readonly string[]): Promise<{ bytes: Buffer; complaints: string }> {
  const child = startChild({ command, argv, takes: [1] });
  const chunks: Buffer[] = [];
  for await (const chunk of child.take(1) as AsyncIterable<Buffer>) chunks.push(chunk);
  const { code, reason } = await child.died;
  if (code !== 0) throw new Error(`${command}: ${reason}`);
  return { bytes: Buffer.concat(chunks), complaints: child.stderrTail() };
}

/** Profiles of the tests. */
export const profiles = (text: string): readonly Profile[] => {
  const { profiles: read, mistakes } = readProfiles(text);
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
  return read;
};

/** A profile of one output. */
export const profile = (id: string, options: string): Profile =>
  profiles(
    `profile.${id}.name = ${id}\nprofile.${id}.input = visual\nprofile.${id}.output = visual\nprofile.${id}.suffix = -${id}.mp4\n` +
      `profile.${id}.ffmpeg.command = -i #{in.video.path} ${options} #{out.dir}/#{out.name}#{out.suffix}`,
  )[0]!;

export interface ChunkRig {
  needs: ChunkNeeds;
  database: TestDatabase['database'];
  connection: TestDatabase['connection'];
  store: MediaStore;
  folder: string;
  /** Puts a film into the media folder; gives its path. */
  bring(path: string, name?: string): Promise<string>;
  event(id?: string): Promise<string>;
  /** Files of fragments that are on the disk. */
  fragmentFiles(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openChunkRig(
  jobs?: (of: TestDatabase) => Promise<Jobs>,
): Promise<ChunkRig & { jobs: Jobs | undefined }> {
  const opened = await freshDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'amphi-chunks-'));
  const store = await openMediaStore(join(folder, 'media'), 0);
  const made = await jobs?.(opened);
  const needs: ChunkNeeds = { database: opened.database, store, jobs: made, ffmpeg: 'ffmpeg', log: silentLog };
  return {
    needs,
    jobs: made,
    database: opened.database,
    connection: opened.connection,
    store,
    folder,
    async bring(path, name = `package/${randomUUID()}/lecture.mp4`) {
      const to = store.at(name);
      await mkdir(dirname(to), { recursive: true });
      await copyFile(path, to);
      return to;
    },
    async event(id = randomUUID()) {
      await opened.database.insertInto('events').values({ id, title: 'Anatomie' }).execute();
      return id;
    },
    async fragmentFiles() {
      const names = await readdir(join(store.folder, '.chunks'), { recursive: true }).catch(() => []);
      return names.filter((name) => /\.(m4f|m4a|tmp)$/.test(name));
    },
    async close() {
      await made?.close();
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

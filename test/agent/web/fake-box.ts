import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import { NO_METADATA } from '#firmware-config/factory/factory-settings.ts';
import { refuse } from '#agent/device/outcome.ts';
import { startWeb, type Web, type WebSettings } from '#agent/web/http/server.ts';
import type { ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { Recording } from '#agent/device/recording.ts';
import type { StreamName } from '#agent/device/state.ts';
import type { PreviewSink, ScheduledEventSource, WebAccounts, WebSources } from '#agent/web/views/sources.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { fakeTechnician } from './fake-technician.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { shippedPersonality } from '../../lib/sis/device.ts';

export const TOKEN = 'correct horse battery staple';
export const PASSWORDS = { admin: 'über:admin', user: 'just-a-user' };

/** A web server with a real device, and sources that a test holds in its hands. */
export interface FakeBox extends AsyncDisposable {
  web: Web;
  /** Of HTTP. */
  port: number;
  device: Device;
  /** `http://127.0.0.1:port` */
  url: string;
  folder: string;
  recordings: Map<string, Recording>;
  /** Who watches the preview. */
  viewers: Set<PreviewSink>;
  snapshots: { of: string; widthPx: number }[];
  pictures: Map<string, Buffer>;
  /** Asks with the token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON with the token; gives the status and what came back as JSON. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown; headers: Headers }>;
}

export const MACHINE = {
  cpuPercent: 23.4,
  memory: { usedBytes: 2 ** 30, totalKb: 4 * 2 ** 20 },
  celsius: 45,
  sensors: { diskCelsius: 38.2, fansRpm: [1200] },
};
export const FRAME = { frame: 4711, ptsTicks: 28_266_000 };

export interface FakeSettings extends Partial<Omit<WebSettings, 'sources' | 'device'>> {
  /** What is given to who begins to watch; undefined: the stream does not run. */
  init?: { mime: string; bytes: Buffer };
  schedule?: ScheduledEventSource;
  /** What technicians are offered, if not the least. */
  technician?: (device: Device) => WebSources['technician'];
}

export async function startFakeBox(settings: FakeSettings = {}): Promise<FakeBox> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-web-'));
  const device = fakeDevice();
  const held = { recordings: new Map<string, Recording>(), viewers: new Set<PreviewSink>() };
  const fileSources = { snapshots: [] as FakeBox['snapshots'], pictures: new Map<string, Buffer>() };
  const { init, schedule, technician } = settings;
  const sources = {
    ...fakeSources(device, folder, { ...held, ...fileSources, init }),
    ...(schedule ? { schedule } : {}),
    ...(technician ? { technician: technician(device) } : {}),
    timetable: fakeTimetable(),
  };
  const web = await startWeb({
    http: { addresses: ['127.0.0.1'], port: 0 },
    https: { addresses: [], port: undefined, certificate: noCertificate },
    token: TOKEN,
    accounts: fakeAccounts(),
    personality: shippedPersonality(),
    timeZone: 'Europe/Paris',
    log: silentLog,
    version: '0.1.0-test',
    ...settings,
    device,
    sources,
  });
  const port = web.http.port ?? 0;
  const url = `http://127.0.0.1:${port}`;
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${TOKEN}`);
    return fetch(`${url}${path}`, { ...init, headers });
  };
  return {
    web,
    port,
    device,
    url,
    folder,
    ...held,
    ...fileSources,
    ask,
    async send(method, path, body) {
      const json =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await ask(path, { method, ...json });
      const text = await response.text();
      return { status: response.status, json: text ? JSON.parse(text) : undefined, headers: response.headers };
    },
    async [Symbol.asyncDispose]() {
      await web.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A timetable with one event of the box and one recording that can be sent. */
function fakeTimetable(): ScheduleSource {
  const [startsAtMs, endsAtMs] = [Date.UTC(2026, 10, 20, 8), Date.UTC(2026, 10, 20, 10)];
  const source = 'box' as const;
  const event = {
    id: EVENT,
    source,
    title: 'Conseil',
    presenters: [],
    startsAtMs,
    endsAtMs,
    state: 'upcoming' as const,
  };
  return {
    view: () => ({ sources: [], events: [event], overlaps: [], handOvers: [] }),
    refresh: async () => undefined,
    add: async () => EVENT,
    change: async (id) => id === EVENT,
    remove: async (id) => id === EVENT,
    send: async () => true,
    check: async () => [{ what: 'agent', ok: false, text: 'nobody listens there' }],
    isServerFixed: false,
    keepServer: async ({ url } = { url: '', auth: 'basic' }) =>
      url.startsWith('http') ? undefined : 'url: must be a URL',
    pickup: () => undefined,
  };
}

/** Tests of the API's examples call what they ask for so. */
const EVENT = 'overflow';

const noCertificate = { current: () => ({ key: '', cert: '' }), onChange: () => () => undefined };

function fakeDevice(): Device {
  let ids = 0;
  return openDevice({
    initial: initialState(factoryWanted(factoryLayouts)),
    factoryLayouts,
    clock: realClock,
    newId: () => `take-${++ids}`,
    log: silentLog,
  });
}

/** Accounts as the box has them, without scrypt and without waiting. */
export function fakeAccounts(first: Partial<typeof PASSWORDS> = PASSWORDS): WebAccounts {
  const passwords: { admin?: string; user?: string } = { ...first };
  const listeners = new Set<() => void>();
  return {
    async login({ name, password }) {
      const isRight = (name === 'admin' || name === 'user') && passwords[name] === password;
      return isRight ? { access: name } : { refused: 'wrong' };
    },
    has: (account) => passwords[account] !== undefined,
    async set(account, password) {
      if (password !== null && /[\s|]/.test(password)) return 'E13';
      if (password === null) delete passwords[account];
      else passwords[account] = password;
      for (const listener of listeners) listener();
      return undefined;
    },
    firstPassword: () => undefined,
    stamp: () => JSON.stringify(passwords),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

type Held = Pick<FakeBox, 'recordings' | 'viewers' | 'snapshots' | 'pictures'> & Pick<FakeSettings, 'init'>;

function fakeSources(device: Device, folder: string, held: Held): WebSources {
  return {
    async snapshot(of, widthPx) {
      held.snapshots.push({ of, widthPx });
      await sleep(20);
      if (of === 'B') throw new Error('channel B has no picture');
      return Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    },
    preview: (stream, sink) => watch(held, stream, sink),
    recordings: sourceIn(folder, held.recordings),
    layouts: () =>
      Array.from({ length: 16 }, (_, index) => {
        const saved = device.state().wanted.layouts;
        const source = saved[index + 1] ? ('user' as const) : ('factory' as const);
        return { ...layoutOf(saved, factoryLayouts, index + 1), number: index + 1, source };
      }),
    overlayFiles: pictureSource(held.pictures),
    encoders: () => ({ archive: { family: 'software', restarts: 0, dropped: 0, kbps: 750 } }),
    technician: fakeTechnician(device),
    now: () => FRAME,
    machine: () => MACHINE,
  };
}

function watch({ viewers, init }: Held, _stream: StreamName, sink: PreviewSink): () => void {
  if (!init) {
    queueMicrotask(() => sink.end());
    return () => undefined;
  }
  sink.begin(init.mime, init.bytes);
  viewers.add(sink);
  return () => void viewers.delete(sink);
}

function pictureSource(pictures: Map<string, Buffer>): WebSources['overlayFiles'] {
  return {
    list: async () => [...pictures].map(([name, bytes]) => ({ name, size: bytes.length })),
    picture: async (name) => pictures.get(name),
    async put(name, bytes) {
      if (!bytes.subarray(1, 4).equals(Buffer.from('PNG'))) return refuse('E13', `${name} is no picture`);
      pictures.set(name, bytes);
      return undefined;
    },
    remove: async (name) => (pictures.delete(name) ? undefined : refuse('E28', `no picture is named ${name}`)),
  };
}

/** Recordings whose files lie in one folder, named by their parts. */
function sourceIn(folder: string, entries: Map<string, Recording>): WebSources['recordings'] {
  const fileOf: WebSources['recordings']['fileOf'] = async (id, name) => {
    const part = entries.get(id)?.parts.find((one) => one.name === name);
    if (!part) return undefined;
    const path = join(folder, part.name);
    const stats = await stat(path).catch(() => undefined);
    return stats && { name, path, size: stats.size, mime: 'video/mp4', writing: part.state === 'writing' };
  };
  return {
    list: () => [...entries.values()],
    find: (id) => entries.get(id),
    async filesOf(id) {
      const files = await Promise.all((entries.get(id)?.parts ?? []).map(({ name }) => fileOf(id, name)));
      return files
        .filter((file) => file !== undefined)
        .map(({ name, size, mime, writing }) => ({ name, size, mime, writing }));
    },
    fileOf,
    async describe(id, change) {
      const entry = entries.get(id);
      if (!entry) return refuse('E28', `no recording is named ${id}`);
      if (entry.status === 'recording') return refuse('E22', 'it is being recorded');
      entries.set(id, { ...entry, metadata: { ...entry.metadata, ...change } });
      return undefined;
    },
    async remove(id) {
      const entry = entries.get(id);
      if (!entry) return refuse('E28', `no recording is named ${id}`);
      if (entry.status === 'recording') return refuse('E22', 'it is being recorded');
      entries.delete(id);
      return undefined;
    },
  };
}

/** Puts a recording with one file on the source; gives the path of the file. */
export async function shelve(
  box: FakeBox,
  id: string,
  bytes: Buffer,
  change: Partial<Recording> = {},
): Promise<string> {
  const name = `${id}_S1R1.mp4`;
  const path = join(box.folder, name);
  await writeFile(path, bytes);
  box.recordings.set(id, { ...entryOf(id, name, bytes.length), ...change });
  return path;
}

function entryOf(id: string, name: string, bytes: number): Recording {
  const part = {
    number: 1,
    destination: 'internal',
    folder: '/r',
    name,
    createdAtMs: 1,
    durationMs: 1000,
    pictures: 15,
  };
  return {
    id,
    dbId: 1,
    base: id,
    status: 'finished',
    hall: 'lh100',
    owner: 'admin',
    metadata: { ...NO_METADATA, title: id },
    startedAtMs: 1000,
    parts: [{ ...part, state: 'final', bytes }],
    chapters: [],
    thumbnails: [],
    breaks: [],
    revision: 1,
  };
}

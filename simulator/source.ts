import { randomBytes } from 'node:crypto';
import { startRtspServer } from '#lib/rtsp/server/server.ts';
import { backoff } from '#lib/runtime/backoff.ts';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openScope } from '#lib/runtime/scope.ts';
import type { Size } from '#lib/media/geometry.ts';
import { openDoor } from './door.ts';
import { encoderArgv, type SourceFormat } from './encode.ts';
import { setupOf, type Fault, type FaultKind, type Setup } from './faults.ts';
import { startFeed, type Knobs } from './feed.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Painter } from './pictures/stamp.ts';
import type { Background } from './sound.ts';
import { startSourceClock } from './source-clock.ts';
import { openWire } from './wire.ts';

/** Settings of a source. */
export interface SourceSpec {
  /** Path of its URL. */
  name: string;
  /** Id in its time code. */
  id: number;
  host: string;
  port: number;
  format: SourceFormat;
  paint: (size: Size) => Promise<Painter>;
  background: Background;
  /** User and password that players need, by digest authentication. */
  credentials?: { user: string; password: string };
  ffmpeg: string;
  log: Log;
}

/** A source that players reach at its URL. */
export interface Source {
  readonly url: string;
  status(): {
    url: string;
    publishing: boolean;
    faults: Fault[];
    format: SourceFormat;
    painted: number;
    dropped: number;
  };
  /** Begins a fault; resolves when it is in effect: for another format, when that can be played. */
  fault(fault: Fault): Promise<void>;
  clear(kind?: FaultKind): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds in which a source must give its first picture; after them it is told that it does not. */
const READY_MS = 120_000;

/** Starts a source; resolves when it can be played. Rejects, with the encoder's words, if it never can. */
export async function startSource(spec: SourceSpec): Promise<Source> {
  const scope = openScope();
  try {
    return await assemble(spec, scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function assemble(spec: SourceSpec, scope: ReturnType<typeof openScope>): Promise<Source> {
  const { name, log, credentials } = spec;
  // Only the encoder knows this password, so nobody else can publish in its place.
  const pass = { user: 'encoder', password: randomBytes(12).toString('hex') };
  let publishers = 0;
  let published = 0;
  const server = await startRtspServer({
    host: isWildcard(spec.host) ? '127.0.0.1' : spec.host,
    port: 0,
    log,
    mayPublish: (path) => path === name,
    publishCredentials: () => pass,
    ...(credentials ? { credentials: () => credentials } : {}),
    onPublisher: (_, { closed }) => {
      publishers++;
      published++;
      void closed.then(() => publishers--);
    },
  });
  scope.defer(() => server.close());
  const behind = { host: isWildcard(spec.host) ? '127.0.0.1' : spec.host, port: server.port };
  const wire = await openWire(behind);
  scope.defer(() => wire.close());
  const door = await openDoor(spec.host, spec.port, behind);
  scope.defer(() => door.close());
  const encoder = startEncoder(spec, `rtsp://${pass.user}:${pass.password}@127.0.0.1:${wire.port}/${name}`);
  scope.defer(() => encoder.close());

  const faults = new Map<FaultKind, Fault>();
  const queue = openInTurn();
  const settle = (): Promise<void> => {
    const setup = setupOf(spec.format, [...faults.values()]);
    return queue.run(async () => {
      const before = published;
      wire.set(setup.wire);
      const [isNew] = await Promise.all([encoder.set(setup), door.set(setup.door)]);
      const complaint = (): string => `source ${name} does not start: ${encoder.lastWords()}`;
      if (isNew && !setup.stopped) await until(() => published > before, READY_MS, complaint);
    });
  };
  await settle();

  const user = credentials
    ? `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`
    : '';
  const url = `rtsp://${user}${isWildcard(spec.host) ? '127.0.0.1' : spec.host}:${door.port}/${name}`;
  return {
    url,
    status: () => ({ url, publishing: publishers > 0, faults: [...faults.values()], ...encoder.status() }),
    fault(fault) {
      if (fault.fault === 'vanish' && !faults.has('vanish')) door.abandon();
      faults.set(fault.fault, fault);
      return settle();
    },
    clear(kind) {
      if (kind) faults.delete(kind);
      else faults.clear();
      return settle();
    },
    close: () => scope.close(),
  };
}

/** Feed and encoder of a source. The encoder is started again when it ends, and for another format. */
function startEncoder(spec: SourceSpec, url: string) {
  const clock = startSourceClock();
  const knobs: Knobs = { offsetMs: 0, silent: false, everyNth: 1 };
  const waits = backoff([200, 500, 1000, 2000]);
  let running: { format: SourceFormat; feed: ReturnType<typeof startFeed>; end: () => Promise<void> } | undefined;
  let child: Child | undefined;
  let stopped = false;
  let lastWords = 'it is starting';

  const keepEncoding = async (format: SourceFormat, feed: ReturnType<typeof startFeed>, wanted: () => boolean) => {
    while (wanted()) {
      const startedMs = performance.now();
      child = startChild({ command: spec.ffmpeg, argv: encoderArgv(format, url), feeds: [0] });
      if (stopped) child.kill('SIGSTOP');
      const stopFeeding = feed.into(child.feed(0));
      const death = await child.died;
      stopFeeding();
      child = undefined;
      lastWords = death.reason;
      if (!wanted()) return;
      spec.log.warn({ source: spec.name, reason: death.reason }, 'encoder ended');
      if (performance.now() - startedMs > 5000) waits.reset();
      await sleep(waits.next());
    }
  };
  const begin = async (format: SourceFormat): Promise<void> => {
    const painter = await spec.paint(format.size);
    const feed = startFeed({ source: spec.id, format, painter, background: spec.background, clock, knobs });
    let wanted = true;
    const encoding = keepEncoding(format, feed, () => wanted);
    running = {
      format,
      feed,
      async end() {
        wanted = false;
        feed.close();
        // A stopped process takes no other signal.
        child?.kill('SIGKILL');
        await encoding;
      },
    };
  };
  const change = async (format: SourceFormat): Promise<void> => {
    await running?.end();
    running = undefined;
    await begin(format);
  };

  return {
    lastWords: () => lastWords,
    status: () => ({
      format: running?.format ?? spec.format,
      ...(running?.feed.counts() ?? { painted: 0, dropped: 0 }),
    }),
    /** Applies a setup; true if a new encoder was started. */
    async set(setup: Setup): Promise<boolean> {
      Object.assign(knobs, setup.knobs);
      clock.setDriftPpm(setup.driftPpm);
      const isNew = JSON.stringify(running?.format) !== JSON.stringify(setup.format);
      if (isNew) await change(setup.format);
      if (setup.stopped !== stopped) child?.kill(setup.stopped ? 'SIGSTOP' : 'SIGCONT');
      stopped = setup.stopped;
      return isNew;
    },
    close: async () => running?.end(),
  };
}

async function until(holds: () => boolean, withinMs: number, complaint: () => string): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(complaint());
    await sleep(20);
  }
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';

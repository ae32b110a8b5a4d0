import type { PushWanted, Seen } from '#agent/device/state.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Packet } from '#lib/media/packet.ts';
import { backoff } from '#lib/runtime/backoff.ts';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openPushLink, type PushLink } from './push-link.ts';
import { isConnected, PRESET_FD, pushArgv, reasonIn } from './push-argv.ts';

/** The state of a push. */
export type PushSeen = Seen['pushes'][string];

/** A stream that is sent to one target until this is closed; it reconnects by itself. */
export interface Push {
  close(): Promise<void>;
}

/** Options of `startPush`. */
export interface PushSettings {
  ffmpeg: string;
  target: PushWanted;
  ring: PacketRing;
  clock: Clock;
  log: Log;
  onSeen: (seen: PushSeen) => void;
}

/** Bytes that may wait for a slow target; beyond them, pictures are left out until the next key picture. */
const MAX_QUEUED_BYTES = 4 << 20;
/** Time in ms for which a target may accept no data; then the connection is made anew. */
const STUCK_MS = 15_000;
/** Time in ms in which ffmpeg must connect; then it is started anew. */
const STARTING_MS = 20_000;

/** Starts to send a stream to its target. */
export function startPush(settings: PushSettings): Push {
  return new SupervisedPush(settings);
}

class SupervisedPush implements Push {
  readonly #settings: PushSettings;
  readonly #waits = backoff([500, 1000, 2000, 5000, 10_000]);
  #child: Child | undefined;
  #opening: Promise<void> = Promise.resolve();
  #endTap = (): void => undefined;
  #cancel = (): void => undefined;
  #cancelWatch = (): void => undefined;
  #closed = false;
  #connected = false;
  #startedMs = 0;
  #takenMs = 0;
  /** Whether pictures were left out, so that the next one sent has to be a key picture. */
  #behind = true;

  constructor(settings: PushSettings) {
    this.#settings = settings;
    this.#start();
    this.#watch();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    this.#cancelWatch();
    await this.#opening;
    this.#endTap();
    // Closing its input lets ffmpeg tell the target that the stream ends.
    this.#child?.feed(0).end();
    const child = this.#child;
    if (!child) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), 1500);
    await child.died.finally(() => clearTimeout(timer));
  }

  #start(): void {
    const { target, clock } = this.#settings;
    this.#tell('connecting');
    this.#connected = false;
    this.#behind = true;
    this.#startedMs = this.#takenMs = clock.monotonicMs();
    const opening = openPushLink(target.url);
    this.#opening = opening.then(
      (link) => this.#run(link),
      (error: Error) => this.#onEnd(error.message),
    );
  }

  #run(link: PushLink): void {
    const { ffmpeg, ring } = this.#settings;
    if (this.#closed) return void link.close();
    const child = startChild({
      command: ffmpeg,
      argv: pushArgv(link.url, { target: this.#settings.target.url, hasPreset: link.preset !== undefined }),
      feeds: [0],
      files: link.preset === undefined ? {} : { [PRESET_FD]: link.preset },
      onStderrLine: (line) => {
        if (isConnected(line)) this.#onConnected(child);
      },
    });
    this.#child = child;
    this.#endTap = ring.tap(
      { onPacket: (packet) => this.#send(child, packet), onBreak: () => child.kill('SIGTERM') },
      { fromKey: true },
    );
    void child.died.then(async ({ reason, signal }) => {
      const words = signal ? reason : (link.trouble() ?? reasonIn(child.stderrTail()) ?? reason);
      await link.close();
      this.#onDeath(child, link.shown(words));
    });
  }

  #onConnected(child: Child): void {
    if (this.#child !== child || this.#connected) return;
    this.#connected = true;
    this.#settings.log.info({}, 'push connected');
    this.#tell('connected');
  }

  #send(child: Child, packet: Packet): void {
    const pipe = child.feed(0);
    if (pipe.destroyed || packet.ts.length === 0) return;
    if (pipe.writableLength > MAX_QUEUED_BYTES) this.#behind = true;
    else if (packet.track === 'video' && packet.key) this.#behind = false;
    if (this.#behind) return;
    pipe.write(packet.ts, () => {
      this.#takenMs = this.#settings.clock.monotonicMs();
    });
  }

  #onDeath(child: Child, reason: string): void {
    if (this.#child !== child) return;
    this.#endTap();
    this.#child = undefined;
    this.#onEnd(reason);
  }

  #onEnd(error: string): void {
    if (this.#closed) return;
    const { clock, log } = this.#settings;
    // The wait is short again if the connection lasted more than 10 s.
    if (this.#connected && clock.monotonicMs() - this.#startedMs > 10_000) this.#waits.reset();
    log.warn({ error }, 'push ended');
    this.#tell('waiting', error);
    this.#cancel = clock.at(clock.monotonicMs() + this.#waits.next(), () => this.#start());
  }

  #watch(): void {
    const { clock } = this.#settings;
    const nowMs = clock.monotonicMs();
    const queued = this.#child?.feed(0).writableLength ?? 0;
    const stuck = queued > 0 && nowMs - this.#takenMs > STUCK_MS;
    const neverBegan = !this.#connected && nowMs - this.#startedMs > STARTING_MS;
    if (this.#child && (stuck || neverBegan)) this.#child.kill('SIGKILL');
    this.#cancelWatch = clock.at(nowMs + 1000, () => this.#watch());
  }

  #tell(status: PushSeen['status'], error?: string): void {
    this.#settings.onSeen({ status, sinceMs: this.#settings.clock.nowMs(), ...(error ? { error } : {}) });
  }
}

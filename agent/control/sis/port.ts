import type { Change, DeviceClient } from '#agent/device/device.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { localTimeIn } from '#lib/sis/dates.ts';
import { formatNotice, hearsChanges } from '#lib/sis/format.ts';
import { banner, serialBanner } from '#lib/sis/greeting.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import type { FileTree } from '../files/file-tree.ts';
import type { Access, ControlPort, Via } from '../session/line-session.ts';
import { openTeller } from './changes.ts';
import { openSisSession, type SisSession } from './session.ts';
import { zoneNameOf } from './system.ts';
import type { BoxActions, BoxFacts, View } from './world.ts';

/** Options of `openSisPort`. */
export interface SisPortOptions {
  protocol: Protocol;
  device: DeviceClient;
  /**
   * The present values of machine and services, without the number of sessions, which the port counts. Must be quick,
   * since it is called for each command.
   */
  facts(): Omit<BoxFacts, 'sessions'>;
  actions: BoxActions;
  clock: Clock;
  log: Log;
  /** Calls the listener with the accounts whose passwords changed: their sessions end. The result ends the calls. */
  onPassword?(listener: (whose: readonly Access[]) => void): () => void;
  /** The files for the commands `CJ`, `LF` and `EF`; without them these are refused. */
  files?: FileTree;
}

/** SIS on a device. */
export interface SisPort extends ControlPort {
  sessions(): number;
  /** Stops telling changes to the sessions; a second call does nothing. */
  close(): void;
}

interface Countdown {
  start(seconds: number): void;
  stop(): void;
}

/**
 * Opens the countdown for a controller's display, one line a second. The recording runs already meanwhile
 * (firmware-config/smp351/README.md).
 */
function openCountdown({ protocol, clock }: SisPortOptions, tell: (line: string, isFirst: boolean) => void): Countdown {
  const { behaviour } = protocol.personality;
  let stop = (): void => undefined;
  return {
    start(seconds) {
      stop();
      if (behaviour.countdownSeconds === 0 || seconds === 0) return;
      const startMs = clock.monotonicMs();
      const say = (left: number): void => {
        tell(formatNotice(protocol, 'notice.countdown', { seconds: left }), left === seconds);
        if (left > 1) next(left - 1);
      };
      const next = (left: number): void => {
        stop = clock.at(startMs + (seconds - left) * 1000, () => say(left));
      };
      if (behaviour.replyBeforeCountdown) next(seconds);
      else say(seconds);
    },
    stop: () => stop(),
  };
}

/** Opens SIS on a device, for all transports. */
export function openSisPort(given: SisPortOptions): SisPort {
  const { protocol, device, actions, log, files } = given;
  const { personality } = protocol;
  const { behaviour, limits } = personality;
  const sessions = new Set<SisSession>();
  /** Sessions over TCP, which are counted and limited; a serial line always gets a session. */
  const overTcp = new Set<SisSession>();
  const isFull = (via: Via): boolean => via !== 'serial' && overTcp.size >= limits.sessions;
  const linesOf = openTeller(protocol);
  let count = 0;

  const around = (): Omit<View, 'device'> => ({ facts: { ...given.facts(), sessions: overTcp.size }, personality });
  const view = (): View => ({ ...around(), device: device.state() });

  const countdown = openCountdown(given, (line, isFirst) => {
    const isBeforeReply = isFirst && !behaviour.replyBeforeCountdown;
    for (const session of sessions) {
      if (!behaviour.countdownInSilentModes && !hearsChanges(session.verbose())) continue;
      if (isBeforeReply) session.sayNow(line);
      else session.say(line);
    }
  });

  const tell = (change: Change): void => {
    const [was, is] = [change.before.wanted.recording, change.state.wanted.recording];
    if (was !== is && is.state === 'stopped') countdown.stop();
    const listeners = [...sessions].filter((session) => hearsChanges(session.verbose()));
    const others = listeners.filter(({ id }) => id !== change.request?.session.id);
    if (others.length > 0)
      for (const line of linesOf(change, around())) for (const session of others) session.say(line);
    if (was.state === 'stopped' && is.state === 'recording') countdown.start(change.state.wanted.sis.countdownSeconds);
  };
  const unsubscribe = device.subscribe(tell);
  const forget = given.onPassword?.((whose) => {
    for (const session of sessions) session.passwordChanged(whose);
  });

  return {
    greeting(via) {
      if (via === 'serial') return serialBanner(personality);
      const now = view();
      return banner(personality, localTimeIn(now.facts.nowMs, zoneNameOf(now)));
    },
    isFull,
    open(options) {
      if (isFull(options.via)) return { refused: 'E26' };
      const session: SisSession = openSisSession({
        id: `${options.via}-${++count}`,
        protocol,
        device,
        actions,
        view,
        log,
        options,
        files: files?.as(options.access),
        ended() {
          sessions.delete(session);
          overTcp.delete(session);
        },
      });
      sessions.add(session);
      if (options.via !== 'serial') overTcp.add(session);
      return session;
    },
    sessions: () => sessions.size,
    close() {
      countdown.stop();
      unsubscribe();
      forget?.();
    },
  };
}

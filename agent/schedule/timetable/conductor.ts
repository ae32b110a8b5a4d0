import type { Change, Device } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { Metadata, RecordingWanted } from '#agent/device/state.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { BookedTakes } from './booked-takes.ts';
import type { ManualChangesStore } from './manual-changes.ts';
import { decide, nextEdgeMs, type Decision, type Running, type StopReason } from './decision.ts';
import { descriptionOf } from './description.ts';
import type { Gathering } from './gathering.ts';
import { timetableOf, type Planned, type Slot, type Timetable, type TimetableRules } from './timetable.ts';

/** Options of `openConductor`. */
export interface ConductorOptions {
  device: Pick<Device, 'state' | 'request' | 'subscribe'>;
  gathering: Gathering;
  rules: TimetableRules;
  manual: ManualChangesStore;
  clock: Clock;
  log: Log;
  takes: BookedTakes;
  /** Called when a person extended a booked recording. */
  onExtended: (booking: Planned, endsAtMs: number) => void;
  /** Called when the timetable may have changed. */
  onTimetable: (timetable: Timetable) => void;
}

/** Makes the box record what the timetable says, by requests to the device. */
export interface Conductor {
  /** Must be called when a source has something new. */
  look(): void;
  timetable(): Timetable;
  /** The booking that is recorded now, as it was when its recording began. */
  running(): Planned | undefined;
  /** Whether a take is recorded now, or its booking goes on, so that the take may be continued. */
  isOn(take: string, booking: string | undefined): boolean;
  close(): void;
}

const SCHEDULE: Session = { id: 'timetable', via: 'schedule', access: 'admin' };
/** Interval in ms in which the wall clock is checked, since it may be set. */
const LOOK_MS = 1000;
/** Time in ms after which a recording that could not begin is tried again. */
const AGAIN_MS = 5000;
/** Difference in ms to its planned start up to which a recording is named after the planned start. */
const ON_TIME_MS = 1000;

/** Opens the conductor, which begins at once. */
export function openConductor(options: ConductorOptions): Conductor {
  const conductor = new TimetableConductor(options);
  conductor.look();
  return conductor;
}

class TimetableConductor implements Conductor {
  readonly #options: ConductorOptions;
  readonly #unsubscribe: () => void;
  #timetable: Timetable = { slots: [], overlaps: [] };
  #cancel = (): void => undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** The end of the running recording, with its time on the monotonic clock. */
  #end: { take: string | undefined; endsAtMs: number; dueMs: number } | undefined;
  /** Whether the conductor itself changes the device now, so that the change is not one by hand. */
  #acting = false;
  #closed = false;

  constructor(options: ConductorOptions) {
    this.#options = options;
    this.#unsubscribe = options.device.subscribe((change) => this.#onChange(change));
  }

  look(): void {
    if (this.#closed) return;
    this.#plan();
    this.#turn();
  }

  timetable(): Timetable {
    return this.#timetable;
  }

  isOn(take: string, booking: string | undefined): boolean {
    const { device, clock, manual } = this.#options;
    const { recording } = device.state().wanted;
    if (recording.state !== 'stopped' && recording.take === take) return true;
    const nowMs = clock.nowMs();
    const isStopped = manual.memory().stopped.some((one) => one.booking === booking);
    const { slots } = this.#timetable;
    return !isStopped && slots.some((slot) => slot.booking.id === booking && slot.fromMs <= nowMs && nowMs < slot.toMs);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#unsubscribe();
  }

  #plan(): void {
    const { gathering, manual, rules, onTimetable } = this.#options;
    const running = this.running();
    this.#timetable = timetableOf(gathering.bookings(running), rules, manual.memory(), running?.id);
    onTimetable(this.#timetable);
  }

  /**
   * Decides what has to be recorded, makes the requests for it, and waits for the next start or end in the timetable.
   */
  #turn(): void {
    const { clock, manual, log } = this.#options;
    this.#cancel();
    if (this.#closed) return;
    const nowMs = this.#frameNowMs();
    const decision = decide(this.#timetable, nowMs, this.#running(), manual.memory());
    if (clock.monotonicMs() >= this.#notBeforeMs) {
      try {
        this.#acting = true;
        this.#act(decision);
      } catch (error) {
        log.error({ error }, 'the timetable could not do what was due');
        this.#notBeforeMs = clock.monotonicMs() + AGAIN_MS;
      } finally {
        this.#acting = false;
      }
    }
    // The next start or end after the time that was decided for: time has passed since, and one may lie between.
    const edgeMs = nextEdgeMs(this.#timetable, nowMs);
    const waitMs = Math.min(LOOK_MS, edgeMs === undefined ? LOOK_MS : edgeMs - this.#frameNowMs());
    this.#cancel = clock.at(clock.monotonicMs() + Math.max(0, waitMs), () => this.#turn());
  }

  /**
   * The time half a frame after now. A request takes effect with the next frame, half a frame later on average: so a
   * recording begins nearest to its second, and a late timer loses no frame.
   */
  #frameNowMs(): number {
    const { clock, device } = this.#options;
    return clock.nowMs() + 500 / device.state().wanted.encoders.archive.fps;
  }

  #act(decision: Decision): void {
    const { device } = this.#options;
    if (decision.does === 'nothing') return this.#followBooking();
    if (decision.does === 'move end') {
      this.#followBooking();
      device.request({ name: 'record.until', params: { endsAtMs: decision.slot.toMs }, session: SCHEDULE });
      return;
    }
    if (decision.does !== 'start') this.#stop(decision.why);
    if (decision.does !== 'stop') this.#start(decision.slot);
  }

  #start({ booking, fromMs, toMs }: Slot): void {
    const { device, log, takes, clock } = this.#options;
    const take = takes.unfinished(booking, fromMs);
    const isOnTime = Math.abs(clock.nowMs() - fromMs) < ON_TIME_MS;
    const params = {
      metadata: descriptionOf(booking),
      bookingId: booking.id,
      endsAtMs: toMs,
      timetable: true,
      ...(take === undefined ? {} : { take }),
      ...(isOnTime ? { startsAtMs: fromMs } : {}),
    };
    const { refusal } = device.request({ name: 'record.start', params, session: SCHEDULE });
    const { recording } = device.state().wanted;
    // The recording may be stopped again already, if the recorder refused at once.
    if (refusal || recording.state === 'stopped' || recording.take === undefined) {
      log.error({ booking: booking.id, refusal }, 'a booked recording did not begin');
      this.#notBeforeMs = clock.monotonicMs() + AGAIN_MS;
      return;
    }
    log.info({ booking: booking.id, take: recording.take, lateMs: clock.nowMs() - fromMs }, 'a booking is recorded');
    takes.begin(recording.take, booking);
    // The timetable is made again, since the running booking has precedence from now on.
    this.#plan();
  }

  #stop(why: StopReason): void {
    const { device, takes, log } = this.#options;
    const { recording } = device.state().wanted;
    log.info({ take: recording.take, why }, 'the timetable ends a recording');
    device.request({ name: 'record.stop', params: {}, session: SCHEDULE });
    if (recording.take !== undefined) takes.ended(recording.take, why);
  }

  /** Changes title and other metadata of the running recording when its booking changes in the calendar. */
  #followBooking(): void {
    const { device, takes } = this.#options;
    const { take, timetable } = device.state().wanted.recording;
    if (take === undefined || !timetable) return;
    const known = takes.bookingOf(take);
    const now = this.#timetable.slots.find(({ booking }) => booking.id === known?.id)?.booking;
    if (!known || !now || sameText(known, now)) return;
    takes.update(take, now);
    const [before, after] = [descriptionOf(known), descriptionOf(now)];
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    // Fields that the calendar does not have any more get the values of the hall's settings.
    const { metadata: ofHall } = device.state().wanted;
    const gone = Object.keys(before).filter((name) => !(name in after)) as (keyof Metadata)[];
    const params = { ...Object.fromEntries(gone.map((name) => [name, ofHall[name]])), ...after };
    device.request({ name: 'metadata.set', params, session: SCHEDULE });
  }

  #running(): Running | undefined {
    const { recording } = this.#options.device.state().wanted;
    if (recording.state === 'stopped') return undefined;
    if (!recording.timetable || recording.bookingId === undefined) return {};
    const planned = this.running();
    const left = this.#leftMs(recording);
    return {
      booking: recording.bookingId,
      ...(left === undefined ? {} : { leftMs: left }),
      ...(planned ? { plannedStartMs: planned.startsAtMs } : {}),
      ...(recording.endsAtMs === undefined ? {} : { endsAtMs: recording.endsAtMs }),
    };
  }

  #leftMs({ take, endsAtMs }: RecordingWanted): number | undefined {
    const { clock } = this.#options;
    if (endsAtMs === undefined) return (this.#end = undefined);
    if (this.#end?.endsAtMs !== endsAtMs || this.#end.take !== take)
      this.#end = { take, endsAtMs, dueMs: clock.monotonicMs() + endsAtMs - clock.nowMs() };
    return this.#end.dueMs - clock.monotonicMs();
  }

  running(): Planned | undefined {
    const { take, timetable, state } = this.#options.device.state().wanted.recording;
    if (state === 'stopped' || !timetable || take === undefined) return undefined;
    return this.#options.takes.bookingOf(take);
  }

  #onChange({ before, state, request }: Change): void {
    const [was, is] = [before.wanted.recording, state.wanted.recording];
    if (this.#acting || was === is || this.#closed) return;
    const byHand = request !== undefined && !['schedule', 'boot'].includes(request.session.via);
    if (byHand && was.timetable && was.bookingId !== undefined) this.#notice(was, is);
    this.#plan();
    // The next decision is made after this change, since other listeners must hear of the change first.
    this.#cancel();
    const { clock } = this.#options;
    if (is.state === 'stopped' && !byHand) this.#notBeforeMs = clock.monotonicMs() + AGAIN_MS;
    this.#cancel = clock.at(clock.monotonicMs(), () => this.#turn());
  }

  #notice(was: RecordingWanted, is: RecordingWanted): void {
    const { manual, clock, takes, log, rules, onExtended } = this.#options;
    const booking = was.take === undefined ? undefined : takes.bookingOf(was.take);
    if (is.state === 'stopped') {
      log.info({ booking: was.bookingId }, 'a booked recording was stopped by hand: it is not started again');
      manual.stopped(was.bookingId ?? '', clock.nowMs());
      if (was.take !== undefined) takes.ended(was.take, 'done');
      return;
    }
    if (!booking || is.endsAtMs === undefined || is.endsAtMs === was.endsAtMs) return;
    const endsAtMs = is.endsAtMs - rules.leadOutMs;
    manual.extended(booking.id, booking.endsAtMs, endsAtMs);
    onExtended(booking, endsAtMs);
  }
}

const sameText = (one: Planned, other: Planned): boolean => JSON.stringify(one) === JSON.stringify(other);

import { join } from 'node:path';
import type { Device } from '#agent/device/device.ts';
import type { GrowthWatch } from '#agent/device/recording.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { agentConfiguration, agentStateOf } from './server/agent-facts.ts';
import { openScheduleAlarms, type ScheduleAlarms } from './alarms.ts';
import { openManualChangesStore, type ManualChangesStore } from './timetable/manual-changes.ts';
import { openBoxEvents, type BoxEvents } from './calendars/box-events.ts';
import { checkServer, type Check } from './server/checks.ts';
import type { Alarm } from '#agent/device/state.ts';
import { openBookedTakes, type BookedTakes } from './timetable/booked-takes.ts';
import { openConductor, type Conductor } from './timetable/conductor.ts';
import { openGathering, type Gathering } from './timetable/gathering.ts';
import { noteBookedTake } from './hand-over/booked-hand-overs.ts';
import { openPickups, type Pickups } from './hand-over/pickups.ts';
import type { Growing } from './growing/growing.ts';
import { openGrowingOfBox } from './growing/growing-of-box.ts';
import { openHandOverQueue, type HandOverQueue } from './hand-over/queue.ts';
import { openHandOverStore, type HandOverStore } from './hand-over/hand-over-store.ts';
import { openIcalFolder } from './calendars/ical-folder.ts';
import { openIcalUrl } from './calendars/ical-url.ts';
import type { AgentDetails } from './server/opencast.ts';
import { openOpencastCalendar } from './calendars/opencast-calendar.ts';
import { openPace } from './server/pace.ts';
import { openSince } from './hand-over/since.ts';
import type { Recordings } from './recordings.ts';
import { openReporter, type Reporter } from './server/reporter.ts';
import type { ScheduleSettings } from '#firmware-config/schema/machine/schedule.ts';
import { openLoggedIn, openServerSide, passwordFileIn, type ServerSide } from './server/server-side.ts';
import { openTrialServer, type TrialServer, type TrialSide } from './server/trial-server.ts';
import type { Source } from './timetable/source.ts';
import { openWires, type Wires } from './server/wires.ts';
import { viewOf } from './view.ts';
import type { ScheduleView } from '#agent/device/schedule-view.ts';
import { minuteOfDayIn, timeTextIn } from './timetable/hall-time.ts';

/** Options of `openSchedule`. */
export interface ScheduleOptions {
  settings: ScheduleSettings;
  /** Data folder of the box. */
  data: string;
  hall: string;
  /** IANA zone of the hall. */
  zone: string;
  device: Device;
  recordings: Recordings;
  /** Address at which other machines reach the box: `http://10.0.0.5:80`. */
  ownUrl: () => string;
  streamUrl: () => string;
  /** The alarms of the box, without secrets. */
  alarms: () => readonly Alarm[];
  clock: Clock;
  log: Log;
}

/** The timetable of the box, its sources, and the hand-over of recordings. */
export interface Schedule {
  /** Is told how recordings grow; undefined: they are sent when they are finished. */
  readonly growing: GrowthWatch | undefined;
  readonly events: BoxEvents;
  readonly pickups: Pickups;
  view(): ScheduleView;
  /** Reads all sources now. */
  refresh(): Promise<void>;
  /** Hands over a recording now, even if it was before; false if no recording has this id, or if there is no server. */
  send(take: string): Promise<boolean>;
  /** Tests the server, or another one that is not used yet; undefined if there is none. */
  check(other?: TrialServer): Promise<Check[] | undefined>;
  close(): Promise<void>;
}

/**
 * Opens the schedule. Must be called after the recordings of the last run are recovered. Resolves before any server has
 * answered.
 */
export async function openSchedule(options: ScheduleOptions): Promise<Schedule> {
  const scope = openScope();
  try {
    return await new ScheduleOfBox(options, scope).open();
  } catch (error) {
    await scope.close();
    throw error;
  }
}

const MB = 1e6;
const DAY_MS = 86_400_000;
/** Interval in ms in which a calendar is read while one of its bookings is recorded, since that may be extended. */
const RUNNING_POLL_MS = 20_000;

class ScheduleOfBox {
  readonly #options: ScheduleOptions;
  readonly #scope: Scope;
  readonly #folder: string;
  readonly #alarms: ScheduleAlarms;
  readonly #wires: Wires;
  readonly #server: ServerSide | undefined;
  #sources: Source[] = [];
  #gathering: Gathering | undefined;
  #conductor: Conductor | undefined;
  #queue: HandOverQueue | undefined;
  #reporter: Reporter | undefined;
  #growing: Growing | undefined;
  #serverTrouble: string | undefined;

  constructor(options: ScheduleOptions, scope: Scope) {
    const { settings, hall, data, clock, zone, device } = options;
    this.#options = options;
    this.#scope = scope;
    this.#folder = join(data, 'schedule');
    this.#alarms = openScheduleAlarms(device, timeTextIn(zone));
    this.#wires = openWires(options.log);
    scope.defer(() => this.#wires.close());
    this.#server = openServerSide(this.#wires, settings, hall, data, () => clock.nowMs());
    scope.defer(() => this.#server?.wire.close());
  }

  async open(): Promise<Schedule> {
    const { clock, log, device, recordings } = this.#options;
    const nowMs = (): number => clock.nowMs();
    const store = await openHandOverStore(join(this.#folder, 'hand-over'), log);
    this.#scope.defer(() => store.close());
    const manual = await openManualChangesStore(join(this.#folder, 'by-hand.json'), log);
    this.#scope.defer(() => manual.close());
    const events = await openBoxEvents({
      folder: this.#folder,
      nowMs,
      log,
      onChange: () => this.#sourceChanged(),
      newId: () => crypto.randomUUID(),
    });
    this.#sources = [events, ...(await this.#openCalendars())];
    for (const source of this.#sources) this.#scope.defer(() => source.close());
    await this.#openHandOver(store);
    if (!this.#queue) await forgetGone(store, recordings);
    this.#openConductor(await this.#openBookedTakes(store), store, manual);
    this.#openReporter(store);
    this.#scope.defer(
      device.subscribe(({ fact, before, state }) => this.#onDevice(fact?.fact, before.wanted !== state.wanted)),
    );
    this.#sourceChanged();
    return {
      growing: this.#growing,
      events,
      pickups: openPickups(store, recordings, () => this.#queue?.look()),
      view: () => this.#view(manual),
      refresh: async () => void (await Promise.all(this.#sources.map((source) => source.refresh(true)))),
      send: async (take) => (this.#queue ? this.#queue.send(take) : false),
      check: async (other) => this.#check(other),
      close: () => this.#scope.close(),
    };
  }

  async #openCalendars(): Promise<Source[]> {
    const { settings, zone, clock, log, data } = this.#options;
    const common = {
      zone,
      clock,
      log,
      lookAheadMs: settings.lookAheadDays * DAY_MS,
      maxBytes: settings.maxCalendarMB * MB,
      onChange: () => this.#sourceChanged(),
    };
    const cache = (name: string): string => join(this.#folder, 'cache', `${name}.ics`);
    const feeds = settings.calendars.map(({ name, url, location, pollSeconds, ...config }) => {
      const { wire, login } = openLoggedIn(this.#wires, config, 'basic', passwordFileIn(data, name), () =>
        clock.nowMs(),
      );
      this.#scope.defer(() => wire.close());
      const everyMs = (): number => pollSeconds * 1000;
      return openIcalUrl({
        ...common,
        url,
        login,
        wire,
        everyMs,
        from: name,
        file: cache(`feed-${name}`),
        ...(location ? { location } : {}),
      });
    });
    const folder = openIcalFolder({ ...common, folder: join(this.#folder, 'calendars') });
    const { opencast, config } = this.#server ?? {};
    const everyMs = (): number => {
      const running = this.#options.device.state().wanted.recording.timetable === true;
      return Math.min((config?.pollSeconds ?? 60) * 1000, running ? RUNNING_POLL_MS : Number.POSITIVE_INFINITY);
    };
    const own =
      opencast && !config?.uploadOnly
        ? [openOpencastCalendar({ ...common, opencast, everyMs, file: cache('opencast') })]
        : [];
    return Promise.all([...own, ...feeds, folder]);
  }

  async #openHandOver(store: HandOverStore): Promise<void> {
    const { settings, recordings, clock, log, zone, ownUrl } = this.#options;
    const { way, byHand, workflow, flavor, flavorB, manifestFlavor, maxKbps, hours, fetchUrl } = settings.handOver;
    const { tracks: withTracks } = settings.handOver;
    if (!this.#server || way === 'off') return;
    const { opencast } = this.#server;
    const pace = openPace(maxKbps, clock);
    const since = await openSince(join(this.#folder, 'hand-over-since.json'), {
      nowMs: () => clock.nowMs(),
      recordings: () => recordings.list(),
      log,
    });
    const file = join(this.#folder, 'growing.json');
    const growing = { ...this.#options, settings: settings.handOver, opencast, handOvers: store, pace, since, file };
    this.#growing = await openGrowingOfBox(growing);
    this.#scope.defer(() => this.#growing?.close());
    const urlOf = (ticket: string, name: string): string =>
      `${fetchUrl ?? ownUrl()}/api/v1/pickup/${ticket}/${encodeURIComponent(name)}`;
    const queue = openHandOverQueue({
      store,
      recordings,
      clock,
      log,
      byHand,
      withTracks,
      pace,
      random: Math.random,
      ...(hours === undefined ? {} : { hours }),
      retry: { firstMs: settings.handOver.firstRetrySeconds * 1000, mostMs: settings.handOver.mostRetrySeconds * 1000 },
      since,
      minuteOfDay: () => minuteOfDayIn(zone)(clock.nowMs()),
      ingest: {
        opencast,
        urlOf,
        growing: this.#growing,
        settings: { way, flavor, flavorB, manifestFlavor, ...(workflow ? { workflow } : {}) },
      },
      // Every take counts as busy until the timetable is open: it may continue the take, so none is sent.
      isBusy: (take, booking) => this.#conductor?.isOn(take, booking) ?? true,
      onChange: () => this.#queueChanged(),
    });
    this.#queue = queue;
    this.#scope.defer(() => queue.close());
  }

  async #openBookedTakes(store: HandOverStore): Promise<BookedTakes> {
    const { clock, log, recordings } = this.#options;
    const nowMs = (): number => clock.nowMs();
    const isRecorded = (take: string): boolean => recordings.find(take) !== undefined;
    const takes = await openBookedTakes({
      file: join(this.#folder, 'booked-takes.json'),
      nowMs,
      log,
      mayGoOn: (take) => isRecorded(take) && (store.find(take)?.step ?? 'recording') === 'recording',
      onEvent: (happened) => {
        noteBookedTake(store, happened, nowMs());
        this.#queueChanged();
      },
      earlier: store
        .list()
        .flatMap(({ take, booking, step, held, createdAtMs }) =>
          booking && step === 'recording' && held === undefined ? [{ take, booking, atMs: createdAtMs }] : [],
        ),
    });
    this.#scope.defer(() => takes.close());
    return takes;
  }

  #openConductor(takes: BookedTakes, store: HandOverStore, manual: ManualChangesStore): void {
    const { settings, device, clock, log } = this.#options;
    const isOurs = (uid: string): boolean =>
      store.list().some(({ mediaPackageId, booking }) => !booking && mediaPackageId === uid);
    this.#gathering = openGathering(this.#sources, isOurs);
    this.#conductor = openConductor({
      device,
      clock,
      log,
      manual,
      gathering: this.#gathering,
      rules: { leadInMs: settings.leadInSeconds * 1000, leadOutMs: settings.leadOutSeconds * 1000 },
      takes,
      onExtended: ({ uid, source }, endsAtMs) => {
        if (source !== 'opencast') return;
        this.#server?.opencast
          .moveEnd(uid, endsAtMs)
          .catch((error: unknown) =>
            log.info({ uid, error: String(error) }, 'the scheduler does not take the new end'),
          );
      },
      onTimetable: (timetable) => this.#alarms.overlaps(timetable, clock.nowMs()),
    });
    this.#scope.defer(() => this.#conductor?.close());
  }

  #openReporter(store: HandOverStore): void {
    const { device, clock, log, zone, ownUrl, streamUrl, settings } = this.#options;
    if (!this.#server) return;
    const { opencast, config } = this.#server;
    if (config.uploadOnly) return;
    const { url, pollSeconds, liveUrl, address, stateSeconds } = config;
    const flavors = { A: settings.handOver.flavor, B: settings.handOver.flavorB };
    const facts = { zone, url, pollSeconds, flavors, ...(liveUrl === undefined ? {} : { liveUrl }) };
    this.#reporter = openReporter({
      opencast,
      clock,
      log,
      store,
      everyMs: stateSeconds * 1000,
      state: () => agentStateOf(device.state(), this.#queue?.sending !== undefined, clock.nowMs()),
      address: () => address ?? ownUrl(),
      configuration: () => agentConfiguration(device.state(), { ...facts, streamUrl: streamUrl() }),
      details: () => this.#details(),
      capturing: () => this.#capturing(),
      onReached: (trouble) => this.#reached(trouble),
    });
    this.#scope.defer(() => this.#reporter?.close());
  }

  #details(): AgentDetails {
    const waiting = (this.#queue?.list() ?? []).filter(({ step }) => step !== 'done');
    return {
      alarms: this.#options.alarms().map(({ name, text, level, sinceMs }) => ({ name, text, level, sinceMs })),
      handOvers: waiting.map(({ take, recording, step, error }) => ({
        recording: recording?.base ?? take,
        step,
        ...(error === undefined ? {} : { error }),
      })),
    };
  }

  #capturing(): string | undefined {
    const booking = this.#conductor?.running();
    return booking?.source === 'opencast' ? booking.uid : undefined;
  }

  #reached(trouble: string | undefined): void {
    if (trouble === undefined && this.#serverTrouble !== undefined) {
      this.#queue?.serverIsBack();
      for (const source of this.#sources) if (source.name === 'opencast') void source.refresh();
    }
    this.#serverTrouble = trouble;
    this.#alarms.server('opencast', trouble);
  }

  #sourceChanged(): void {
    this.#alarms.sources(this.#sources);
    this.#conductor?.look();
    this.#queue?.look();
  }

  #queueChanged(): void {
    const failing = this.#queue
      ?.list()
      .find(({ error, step, attempt }) => error !== undefined && step !== 'done' && attempt > 0);
    const name = failing?.recording?.base ?? failing?.take;
    this.#alarms.handOver(failing ? `${name} waits to be handed over: ${failing.error}` : undefined);
    this.#reporter?.look();
  }

  #onDevice(fact: string | undefined, isWanted: boolean): void {
    if (fact === 'recordings') this.#queue?.look();
    if (fact === 'recording' || fact === 'recordings' || isWanted) this.#reporter?.look();
  }

  #view(manual: ManualChangesStore): ScheduleView {
    const { clock, device } = this.#options;
    const { recording } = device.state().wanted;
    const nowMs = clock.nowMs();
    const settings = this.#server?.opencast.settings;
    const trouble = this.#serverTrouble === undefined ? {} : { error: this.#serverTrouble };
    return viewOf({
      sources: this.#sources,
      bookings: this.#gathering?.all(this.#conductor?.running()) ?? [],
      queue: this.#queue,
      nowMs,
      server: settings && { url: settings.url, agent: settings.agent, ...trouble },
      timetable: this.#conductor?.timetable() ?? { slots: [], overlaps: [] },
      isStopped: (booking) => manual.memory().stopped.some((one) => one.booking === booking),
      running: recording.state !== 'stopped' && recording.timetable ? recording.bookingId : undefined,
    });
  }

  async #check(other: TrialServer | undefined): Promise<Check[] | undefined> {
    const { device, clock, ownUrl, hall } = this.#options;
    if (other) return this.#checkOther(openTrialServer(this.#wires, other, hall, () => clock.nowMs()));
    if (!this.#server) return undefined;
    const state = agentStateOf(device.state(), this.#queue?.sending !== undefined, clock.nowMs());
    return checkServer(this.#server.opencast, state, this.#server.config.address ?? ownUrl());
  }

  async #checkOther(trial: TrialSide): Promise<Check[]> {
    const { device, clock, ownUrl } = this.#options;
    try {
      return await checkServer(trial.opencast, agentStateOf(device.state(), false, clock.nowMs()), ownUrl());
    } finally {
      trial.close();
    }
  }
}

/** Removes hand-overs whose recordings do not exist any more, on a box without a server. */
async function forgetGone(store: HandOverStore, recordings: Recordings): Promise<void> {
  for (const { take } of store.list()) if (!recordings.find(take)) await store.remove(take);
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isMediaPackageId, parseMediaPackage } from '#lib/opencast/media-package.ts';
import { excerpt } from '#lib/runtime/texts/clean-text.ts';
import { XmlError } from '#lib/opencast/xml/xml.ts';
import { ServerTrouble } from '../server/answer.ts';
import { multipart, urlEncoded, type Fields, type FilePart } from '../server/form.ts';
import type { Opencast } from '../server/opencast.ts';
import type { Growing } from '../growing/growing.ts';
import { partsOf, type Recording, type RecordingPart, type RecordingTrack } from '../recordings.ts';
import type { WireBody } from '../server/wire.ts';
import { attachmentsOf, fileOf, isDispensed, type Attachment } from './attachments.ts';
import { acceptedIn, type Accepted } from './ingest-answers.ts';
import { openLookUp, orMissing, type LookUp } from './look-up.ts';
import { isCovered, nextStep, type HandOver } from './hand-over.ts';
import { episodeOf, flavorOf, processingFields, withFetchedTrack } from './package.ts';

/** Settings of the ingest. */
export interface IngestSettings {
  way: 'upload' | 'fetch';
  flavor: string;
  /** Flavor of the parts of channel B, in dual mode. */
  flavorB: string;
  manifestFlavor: string;
  /** Workflow of recordings whose booking names none. */
  workflow?: string;
}

/** Options of `doStep`. */
export interface IngestOptions {
  opencast: Opencast;
  settings: IngestSettings;
  /** The address from which the server fetches a file. */
  urlOf(ticket: string, name: string): string;
  /** Tracks of the recording that go with it as attachments. */
  tracks?: readonly RecordingTrack[];
  /** Recordings that were sent while they were recorded; undefined: none is. */
  growing?: Pick<Growing, 'grown' | 'refused'> | undefined;
  /** Whether the ingest was sent before and its result is unknown. */
  askFirst: boolean;
  flow: Pick<WireBody, 'onSent' | 'pace'>;
  signal: AbortSignal;
}

/**
 * Time in ms for the answer to an ingest; then the request fails. It may take minutes, since the server copies and
 * merges before it answers.
 */
const INGEST_MS = 3_600_000;
/** Time in ms for the answer after a file was sent; then the request fails. */
const FILE_MS = 1_800_000;
/**
 * Number of failures in a row after which a recording is sent again, if the server may have it but does not allow this
 * user to ask.
 */
const UNKNOWN_TRIES = 4;

/**
 * Carries out one step and gives the hand-over after it. If it rejects with a ServerTrouble, the hand-over is
 * unchanged; with its `unsure`, the server may have carried out the step.
 */
export function doStep(handOver: HandOver, recording: Recording, options: IngestOptions): Promise<HandOver> {
  const step = new IngestStep(handOver, recording, options);
  switch (handOver.step) {
    case 'recording':
    case 'create':
      return step.create();
    case 'catalog':
      return step.catalog();
    case 'schedule':
      return step.schedule();
    case 'tracks':
      return step.track();
    case 'manifest':
      return step.manifest();
    case 'ingest':
      return step.ingest();
    case 'fetching':
      return step.fetching();
    case 'done':
      return Promise.resolve(handOver);
  }
}

class IngestStep {
  readonly #handOver: HandOver;
  readonly #recording: Recording;
  readonly #options: IngestOptions;

  constructor(handOver: HandOver, recording: Recording, options: IngestOptions) {
    this.#handOver = handOver;
    this.#recording = recording;
    this.#options = options;
  }

  /**
   * Creates a media package with the id of its event. An old server cannot do that and gives another id; then the
   * ingest names the event (facts/opencast 1.9).
   */
  async create(): Promise<HandOver> {
    const { opencast } = this.#options;
    const base = await opencast.locate('ingest');
    const { booking } = this.#handOver;
    const id = booking && isMediaPackageId(booking.uid) ? booking.uid : undefined;
    const url = `${base}/createMediaPackageWithID/${encodeURIComponent(id ?? '')}`;
    const given =
      id === undefined
        ? undefined
        : await orMissing(() =>
            opencast.ask('creating the media package', { method: 'PUT', url, signal: this.#options.signal }),
          );
    const xml =
      given ??
      (await opencast.ask('creating a media package', {
        method: 'GET',
        url: `${base}/createMediaPackage`,
        signal: this.#options.signal,
      }));
    const parts = partsOf(this.#recording).map(({ name }) => name);
    const ticket = this.#handOver.ticket ?? randomUUID().replaceAll('-', '');
    return this.#went({ ...this.#package(xml), parts, tracks: 0, ticket });
  }

  async catalog(): Promise<HandOver> {
    const { settings } = this.#options.opencast;
    const { mediaPackageId = '', booking } = this.#handOver;
    const dublinCore = episodeOf(this.#recording, booking, settings.agent, mediaPackageId);
    const adding = this.#post('adding the catalog', '/addDCCatalog', [
      ...this.#fields(),
      ['dublinCore', dublinCore],
      ['flavor', 'dublincore/episode'],
    ]);
    // A catalog is sent only for an event that is new to the server; its own events it knows better than the box does.
    const isKnown = booking?.source === 'opencast';
    const xml = await adding.catch((error: unknown) => {
      if (isKnown && isUnwanted(error)) return undefined;
      throw error;
    });
    return this.#went(xml === undefined ? {} : this.#package(xml));
  }

  /**
   * Makes an event for a recording that was started by hand. If the server refuses that, the recording is sent without
   * an event.
   */
  async schedule(): Promise<HandOver> {
    const { workflow } = this.#options.settings;
    const path = `/schedule${workflow ? `/${encodeURIComponent(workflow)}` : ''}`;
    try {
      await this.#post('scheduling what was recorded by hand', path, this.#fields());
    } catch (error) {
      if (!(error instanceof ServerTrouble) || !['refused', 'conflict', 'forbidden', 'missing'].includes(error.kind))
        throw error;
    }
    return this.#went({});
  }

  async track(): Promise<HandOver> {
    const { tracks, ticket = '', mediaPackage = '' } = this.#handOver;
    const part = this.#parts()[tracks];
    if (!part) return this.#went({});
    const flavor = this.#flavorOf(part);
    const xml =
      this.#options.settings.way === 'fetch'
        ? withFetchedTrack(mediaPackage, part, flavor, this.#options.urlOf(ticket, part.name))
        : ((await this.#grown(part, flavor)) ?? (await this.#whole(part, flavor)));
    this.#hasOneMore(xml, part.name);
    const done = { ...this.#handOver, ...this.#package(xml), tracks: tracks + 1 };
    return tracks + 1 < this.#parts().length ? done : this.#went({ ...this.#package(xml), tracks: tracks + 1 });
  }

  /**
   * Names a file that the server has already, since it was sent while it was recorded; undefined: it has to be sent.
   */
  async #grown(part: RecordingPart, flavor: string): Promise<string | undefined> {
    const { growing, signal } = this.#options;
    const { id: take } = this.#recording;
    const url = part.sha256 && (await growing?.grown(take, part.name, part.sha256, signal));
    if (!url) return undefined;
    const adding = this.#post(`naming ${part.name}`, '/addTrack', [
      ...this.#fields(),
      ['flavor', flavor],
      ['url', url],
    ]);
    return adding.catch((error: unknown) => {
      if (!isUnwanted(error)) throw error;
      growing?.refused(take, part.name);
      return undefined;
    });
  }

  async #whole(part: RecordingPart, flavor: string): Promise<string> {
    const file = await fileOf(join(part.folder, part.name), part.name, 'video/mp4');
    return this.#upload(`sending ${part.name}`, '/addTrack', flavor, file);
  }

  /**
   * Sends one attachment of the recording; if the server does not take it, the hand-over goes on. Before the first, notes whether the
   * event counted as recorded already.
   */
  async manifest(): Promise<HandOver> {
    const { attached, booking, withoutTracks } = this.#handOver;
    // A recording that was started by hand has a new event, which was not recorded before.
    const isRecorded = async (): Promise<boolean> =>
      booking !== undefined && (await this.#lookUp().isRecorded()) === true;
    const known = attached === undefined ? { recordedBefore: await isRecorded() } : {};
    const { tracks = [], settings } = this.#options;
    const folder = this.#parts()[0]?.folder ?? '';
    const all = await attachmentsOf(this.#recording, folder, withoutTracks ? [] : tracks, settings);
    const at = all.findIndex((one, index) => one && index >= (attached ?? 0));
    const one = all[at];
    if (!one) return this.#went(known);
    const facts = { ...known, ...(await this.#attach(one)), attached: at + 1 };
    const isLast = at + 1 === all.length || facts.withoutTracks === true;
    return isLast ? this.#went(facts) : { ...this.#handOver, ...facts, attempt: 0 };
  }

  /** Adds an attachment to the media package. */
  async #attach({ what, flavor, file, isTrack }: Attachment): Promise<Partial<HandOver>> {
    try {
      return this.#package(await this.#upload(what, '/addAttachment', flavor, file));
    } catch (error) {
      if (this.#options.signal.aborted || !isDispensed(error, this.#handOver.attempt)) throw error;
      return isTrack ? { withoutTracks: true } : {};
    }
  }

  async ingest(): Promise<HandOver> {
    if (this.#options.askFirst && (await this.#isThereOrWait())) return this.#went({});
    const { booking } = this.#handOver;
    const fields: Fields = [
      ...this.#fields(),
      ...processingFields(booking, this.#options.settings.workflow, this.#streamOf(undefined).length),
    ];
    try {
      const xml = await this.#post('ingesting', '/ingest', fields, INGEST_MS);
      const { workflowId, failed } =
        acceptedIn(xml, [this.#handOver.mediaPackageId, this.#handOver.booking?.uid]) ?? (await this.#unclear(xml));
      const facts = workflowId === undefined ? {} : { workflowId };
      return failed === undefined ? this.#went(facts) : this.#heldSince(failed, facts);
    } catch (error) {
      // A conflict means that a workflow runs for the event, perhaps started by this recording in a request whose
      // answer was lost.
      if (error instanceof ServerTrouble && error.kind === 'conflict' && (await this.#isThere()) === true)
        return this.#went({});
      throw error;
    }
  }

  /**
   * Asks the server whether it has the recording, after an answer to the ingest that says nothing. Throws, unsure, if
   * it cannot be found there.
   */
  async #unclear(text: string): Promise<Accepted> {
    if ((await this.#isThere()) === true) return {};
    const said = excerpt(text.slice(0, 4096).replaceAll(/<[^>]*>/g, ' '), 80);
    const words = `the answer to the ingest is no workflow (${said || 'nothing came'}): whether the server has it is not known`;
    throw new ServerTrouble('busy', words, { unsure: true });
  }

  /**
   * The hand-over of a recording whose workflow failed. It is held: sent again by itself, it would only start another
   * workflow that fails.
   */
  #heldSince(failed: string, facts: Partial<HandOver>): HandOver {
    const { unsure: _, ...handOver } = this.#handOver;
    return { ...handOver, ...facts, held: `${failed}: send it again when that is mended`, error: failed, attempt: 1 };
  }

  /** Throws unless the server's package has one track more than before. */
  #hasOneMore(xml: string, name: string): void {
    const before = parseMediaPackage(this.#handOver.mediaPackage ?? '').tracks.length;
    this.#package(xml);
    const now = parseMediaPackage(xml).tracks.length;
    if (now === before + 1) return;
    const text = `sending ${name}: the server answers with a media package of ${now} tracks, not ${before + 1}`;
    throw new ServerTrouble('busy', text, { unsure: true });
  }

  /**
   * Whether the server has the recording. If this user may not ask (403), throws some times, so that the hand-over
   * waits, since the server may still be at work; then gives false, so that the recording is sent again: two copies are
   * better than none.
   */
  async #isThereOrWait(): Promise<boolean> {
    const found = await this.#isThere();
    if (found !== undefined || this.#handOver.attempt >= UNKNOWN_TRIES) return found ?? false;
    const text =
      'the answer to the ingest was lost, and this user may not ask whether the server has it (403): it waits';
    throw new ServerTrouble('busy', text, { unsure: true });
  }

  async fetching(): Promise<HandOver> {
    const { fetched = {} } = this.#handOver;
    if (this.#parts().every(({ name, bytes }) => isCovered(fetched[name], bytes))) return this.#went({});
    throw new ServerTrouble('busy', 'the server has not fetched all of it yet');
  }

  /**
   * Whether the server has this recording: its files, or an event that counts as recorded now and did not before the
   * recording was sent. If it did before, another take, another box or a person may have recorded it, so that says
   * nothing. Undefined if it is not known. Rejects if the server cannot be asked now.
   */
  async #isThere(): Promise<boolean | undefined> {
    const lookUp = this.#lookUp();
    const isRecorded = await lookUp.isRecorded();
    if (isRecorded === true && this.#handOver.recordedBefore !== true) return true;
    const holds = await lookUp.holds(this.#parts());
    if (holds === true) return true;
    // Not known: the files may be on their way to the server's archive.
    return isRecorded === true || (isRecorded === undefined && holds === undefined) ? undefined : false;
  }

  #lookUp(): LookUp {
    const { booking, mediaPackageId = '' } = this.#handOver;
    const id = booking?.source === 'opencast' ? booking.uid : mediaPackageId;
    return openLookUp(this.#options.opencast, id, this.#options.signal);
  }

  /** The parts that existed at the beginning of the hand-over and still exist. */
  #parts(): RecordingPart[] {
    const { parts } = this.#handOver;
    return partsOf(this.#recording).filter(({ name }) => !parts || parts.includes(name));
  }

  /** The parts of one stream: 2 is channel B. */
  #streamOf(stream: 2 | undefined): RecordingPart[] {
    return this.#parts().filter((part) => part.stream === stream);
  }

  #flavorOf(part: RecordingPart): string {
    const { flavor, flavorB } = this.#options.settings;
    const index = this.#streamOf(part.stream).findIndex(({ name }) => name === part.name);
    return flavorOf(part.stream === 2 ? flavorB : flavor, index);
  }

  #fields(): [string, string][] {
    return [['mediaPackage', this.#handOver.mediaPackage ?? '']];
  }

  async #post(what: string, path: string, fields: Fields, answerMs?: number): Promise<string> {
    const url = await this.#options.opencast.at('ingest', path);
    const patience = answerMs === undefined ? {} : { answerMs };
    return this.#options.opencast.ask(what, {
      method: 'POST',
      url,
      body: urlEncoded(fields),
      ...patience,
      signal: this.#options.signal,
    });
  }

  async #upload(what: string, path: string, flavor: string, file: FilePart): Promise<string> {
    const url = await this.#options.opencast.at('ingest', path);
    // The file comes last, since servers read the form up to the file.
    const body = multipart([...this.#fields(), ['flavor', flavor]], file, this.#options.flow);
    return this.#options.opencast.ask(what, {
      method: 'POST',
      url,
      body,
      answerMs: FILE_MS,
      signal: this.#options.signal,
    });
  }

  #package(xml: string): Pick<HandOver, 'mediaPackage' | 'mediaPackageId'> {
    try {
      const { id } = parseMediaPackage(xml);
      const { step, mediaPackageId } = this.#handOver;
      const isOurs = step === 'recording' || step === 'create' || mediaPackageId === undefined || id === mediaPackageId;
      if (!isOurs)
        throw new ServerTrouble('busy', `the server answers with the media package ${id}, not ${mediaPackageId}`, {
          unsure: true,
        });
      return { mediaPackage: xml, mediaPackageId: id };
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      throw new ServerTrouble('busy', `the server's answer is no media package: ${error.message}`, { unsure: true });
    }
  }

  #went(change: Partial<HandOver>): HandOver {
    const { unsure: _, error: __, ...handOver } = this.#handOver;
    const step = nextStep(handOver.step === 'recording' ? 'create' : handOver.step, {
      byHand: !handOver.booking,
      way: this.#options.settings.way,
    });
    return { ...handOver, ...change, step, attempt: 0 };
  }
}

/** Whether the server refuses a step that is not necessary. */
const isUnwanted = (error: unknown): boolean =>
  error instanceof ServerTrouble && (error.kind === 'refused' || error.kind === 'missing');

import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMediaPackageId, parseMediaPackage } from '#lib/opencast/media-package.ts';
import { excerpt } from '#lib/runtime/texts/clean-text.ts';
import { XmlError } from '#lib/opencast/xml/xml.ts';
import { ServerTrouble } from '../server/answer.ts';
import { multipart, urlEncoded, type Fields, type FilePart } from '../server/form.ts';
import type { Opencast } from '../server/opencast.ts';
import { partsOf, type Recording, type RecordingPart } from '../recordings.ts';
import type { WireBody } from '../server/wire.ts';
import { acceptedIn, type Accepted } from './ingest-answers.ts';
import { openLookUp, orMissing, type LookUp } from './look-up.ts';
import { isCovered, nextStep, type HandOver } from './hand-over.ts';
import { episodeOf, flavorOf, processingFields, withFetchedTrack } from './package.ts';

/** Settings of the ingest. */
export interface IngestSettings {
  way: 'upload' | 'fetch';
  flavor: string;
  /** Of the parts of channel B, in dual mode. */
  flavorB: string;
  manifestFlavor: string;
  /** Workflow of recordings whose booking names none. */
  workflow?: string;
}

/** What the ingest needs. */
export interface IngestOptions {
  opencast: Opencast;
  settings: IngestSettings;
  /** The address from which the server fetches a file. */
  urlOf(ticket: string, name: string): string;
  /** Whether the ingest was sent before and its result is unknown. */
  askFirst: boolean;
  flow: Pick<WireBody, 'onSent' | 'pace'>;
  signal: AbortSignal;
}

/** Time for the answer to an ingest, which may take minutes: the server copies and merges before it. */
const INGEST_MS = 3_600_000;
const FILE_MS = 1_800_000;
/** Failures in a row after which a recording that may be there, which nobody may ask for, is sent again. */
const UNKNOWN_TRIES = 4;

/**
 * Carries out one step and gives the hand-over after it. If it rejects with ServerTrouble, nothing has changed here;
 * with `unsure`, the server may have carried it out.
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
   * Creates a media package with the id of its event. A server that cannot do so gives another id, and the ingest names
   * the event (facts/opencast 1.9).
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
    // The server knows its own events better than the box does, so only an event that is new to it gets a catalog.
    const isKnown = booking?.source === 'opencast';
    const xml = await adding.catch((error: unknown) => {
      if (isKnown && isUnwanted(error)) return undefined;
      throw error;
    });
    return this.#went(xml === undefined ? {} : this.#package(xml));
  }

  /**
   * Makes an event for a recording that was started by hand. If the server refuses that, the recording is sent without.
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
        : await this.#upload(
            `sending ${part.name}`,
            '/addTrack',
            flavor,
            await fileOf(join(part.folder, part.name), part.name, 'video/mp4'),
          );
    this.#hasOneMore(xml, part.name);
    const done = { ...this.#handOver, ...this.#package(xml), tracks: tracks + 1 };
    return tracks + 1 < this.#parts().length ? done : this.#went({ ...this.#package(xml), tracks: tracks + 1 });
  }

  /**
   * Sends the description of the package, as the SMP 351 does (facts/opencast 4.1); the recording is complete without
   * it. Before that, keeps whether the event was recorded already.
   */
  async manifest(): Promise<HandOver> {
    const { base } = this.#recording;
    // What was started by hand has a new event.
    const recordedBefore = this.#handOver.booking !== undefined && (await this.#lookUp().isRecorded()) === true;
    const folder = this.#parts()[0]?.folder ?? '';
    const file = await fileOf(join(folder, `${base}.json`), `${base}.json`, 'application/json').catch(() => undefined);
    if (!file) return this.#went({ recordedBefore });
    try {
      const xml = await this.#upload(
        'sending the manifest',
        '/addAttachment',
        this.#options.settings.manifestFlavor,
        file,
      );
      return this.#went({ ...this.#package(xml), recordedBefore });
    } catch (error) {
      if (isUnwanted(error)) return this.#went({ recordedBefore });
      throw error;
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
      // A workflow runs for it, perhaps started by this very recording, whose answer was lost.
      if (error instanceof ServerTrouble && error.kind === 'conflict' && (await this.#isThere()) === true)
        return this.#went({});
      throw error;
    }
  }

  /** Another answer says nothing: the server is asked whether it has the recording. */
  async #unclear(text: string): Promise<Accepted> {
    if ((await this.#isThere()) === true) return {};
    const said = excerpt(text.slice(0, 4096).replaceAll(/<[^>]*>/g, ' '), 80);
    const words = `the answer to the ingest is no workflow (${said || 'nothing came'}): whether the server has it is not known`;
    throw new ServerTrouble('busy', words, { unsure: true });
  }

  /** A recording whose workflow failed is not sent again by itself: that would only make another one that fails. */
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
   * Whether the server has it. If this user may ask nothing (403), that is waited for some times, since the server may still be at
   * work; then it is sent again: twice is better than never.
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
   * Whether the server has this recording: its files, or an event that was recorded and was not before this was sent. Another take,
   * another box or a person may have recorded the same event, so that alone says nothing. Undefined if it is not known. Rejects if
   * the server cannot be asked now.
   */
  async #isThere(): Promise<boolean | undefined> {
    const lookUp = this.#lookUp();
    const isRecorded = await lookUp.isRecorded();
    if (isRecorded === true && this.#handOver.recordedBefore !== true) return true;
    const holds = await lookUp.holds(this.#parts());
    if (holds === true) return true;
    // Its files may be on their way to the archive.
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

/** Whether the server does not take this, which it need not. */
const isUnwanted = (error: unknown): boolean =>
  error instanceof ServerTrouble && (error.kind === 'refused' || error.kind === 'missing');

async function fileOf(path: string, name: string, mimeType: string): Promise<FilePart> {
  const { size } = await stat(path);
  if (size === 0) throw new Error(`${path} is empty`);
  return { field: 'BODY', path, name, mimeType, bytes: size };
}

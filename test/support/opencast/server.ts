import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAgentProperties } from '#lib/opencast/agent-properties.ts';
import { isAgentState, isRecordingState, parseConfiguration } from '#lib/opencast/agent-state.ts';
import { attachmentType, writeCalendar, type WritableEvent } from '#lib/opencast/calendars/calendar-write.ts';
import { formatCatalog } from '#lib/opencast/dublin-core.ts';
import {
  emptyMediaPackage,
  formatMediaPackage,
  parseMediaPackage,
  type MediaPackage,
} from '#lib/opencast/media-package.ts';
import { formParts, type FormPart } from './forms.ts';
import { enter, type Gate } from './gate.ts';

/** A request that arrived. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  parts: FormPart[];
  bodyBytes: number;
  /** The body, if it is JSON. */
  json: unknown;
  status: number;
}

export interface Ingested {
  mediaPackage: MediaPackage;
  fields: Record<string, string>;
}

/** A failure of a request: a status, the connection cut after so many bytes of its body, or the answer lost. */
export type Fault =
  | { status: number; body?: string; headers?: Record<string, string> }
  | { cutAfterBytes: number }
  | 'lose answer';

/** A small Opencast that is as strict as the real one, and as faulty as a test sets it. */
export interface OpencastStandIn {
  url: string;
  gate: Gate;
  asked: Asked[];
  /** Events of the calendar; a change gives another ETag. */
  events: WritableEvent[];
  /** Reports of agents about alarms and hand-overs; undefined: refused, as by a server that is not Amphi. */
  details: unknown[] | undefined;
  /** The calendar as it is sent; undefined: made from `events`. */
  calendarText: string | undefined;
  agents: Map<string, { states: string[]; address: string; configuration: Record<string, string> }>;
  /** All states of a recording, in order, by its event. */
  recordings: Map<string, string[]>;
  /** Files that arrived, by their element's id. */
  files: Map<string, { name: string; bytes: Buffer }>;
  ingested: Ingested[];
  scheduled: MediaPackage[];
  /** Called for each request that has passed the login; the body has not been read yet. */
  fault: ((method: string, path: string, nth: number) => Fault | undefined) | undefined;
  /** Requests that were answered with success, as `METHOD path`. */
  done(): string[];
  /** Stops the server: nobody listens, and all connections are cut. */
  stop(): Promise<void>;
  /** Starts the server again at the same address. */
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts an empty server on a free loopback port. */
export async function startOpencast(gate: Partial<Gate> = {}): Promise<OpencastStandIn> {
  const standIn = new StandIn({
    user: 'capture',
    password: 'secret',
    accepts: 'both',
    qop: true,
    nonceMs: 300_000,
    ...gate,
  });
  await standIn.start();
  return standIn;
}

class StandIn implements OpencastStandIn {
  readonly gate: Gate;
  asked: Asked[] = [];
  events: WritableEvent[] = [];
  details: unknown[] | undefined;
  calendarText: string | undefined;
  agents: OpencastStandIn['agents'] = new Map();
  recordings: OpencastStandIn['recordings'] = new Map();
  files: OpencastStandIn['files'] = new Map();
  ingested: Ingested[] = [];
  scheduled: MediaPackage[] = [];
  fault: OpencastStandIn['fault'];
  #server: Server | undefined;
  #port = 0;
  #count = 0;

  constructor(gate: Gate) {
    this.gate = gate;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  done(): string[] {
    return this.asked
      .filter(({ status }) => status >= 200 && status < 300)
      .map(({ method, path }) => `${method} ${path}`);
  }

  async start(): Promise<void> {
    const server = createServer(
      (request, response) => void this.#answer(request, response).catch(() => response.destroy()),
    );
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', () => resolve());
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const { pathname: path, searchParams: query } = new URL(url, this.url);
    const asked: Asked = { method, path, query, headers, parts: [], bodyBytes: 0, json: undefined, status: 0 };
    this.asked.push(asked);
    const end = (status: number, body = '', more: Record<string, string> = {}): void => {
      asked.status = status;
      response.writeHead(status, more).end(body);
    };
    const entry = enter(this.gate, request);
    if (!entry.passed) {
      request.resume();
      return end(entry.status, '', entry.headers);
    }
    const fault = this.fault?.(method, path, ++this.#count);
    if (typeof fault === 'object' && 'status' in fault) {
      request.resume();
      return end(fault.status, fault.body ?? '<html><head><title>Error</title></head></html>', fault.headers);
    }
    const cutAfter = typeof fault === 'object' ? fault.cutAfterBytes : Number.POSITIVE_INFINITY;
    const body = await bodyOf(request, cutAfter);
    asked.bodyBytes = body.byteLength;
    asked.parts = formParts(headers['content-type'] ?? '', body);
    if (headers['content-type'] === 'application/json') asked.json = JSON.parse(body.toString());
    const answer = this.#routes(asked);
    if (fault === 'lose answer') return void response.destroy();
    end(answer.status, answer.body, answer.headers);
  }

  #routes(asked: Asked): { status: number; body?: string; headers?: Record<string, string> } {
    const { method, path, query } = asked;
    const is = (verb: string, pattern: RegExp): RegExpExecArray | undefined =>
      method === verb ? (pattern.exec(path) ?? undefined) : undefined;
    if (is('GET', /^\/services\/available\.json$/)) return this.#services(query.get('serviceType') ?? '');
    const agent = is('POST', /^\/capture-admin\/agents\/([^/]+)$/);
    if (agent)
      return this.#agentState(decodeURIComponent(agent[1] ?? ''), field(asked, 'state'), field(asked, 'address'));
    const configured = is('POST', /^\/capture-admin\/agents\/([^/]+)\/configuration$/);
    if (configured) return this.#configuration(decodeURIComponent(configured[1] ?? ''), field(asked, 'configuration'));
    const told = is('POST', /^\/capture-admin\/recordings\/([^/.]+)$/);
    if (told) return this.#recordingState(decodeURIComponent(told[1] ?? ''), field(asked, 'state'));
    const state = is('GET', /^\/capture-admin\/recordings\/([^/]+)\.json$/);
    if (state) return this.#recordingOf(decodeURIComponent(state[1] ?? ''));
    if (is('GET', /^\/recordings\/calendars$/)) return this.#calendar(asked);
    if (this.details && is('PUT', /^\/api\/v1\/agents\/[^/]+\/details$/)) {
      this.details.push(asked.json);
      return { status: 204 };
    }
    const ingest = /^\/ingest\/(\w+)(?:\/(.+))?$/.exec(path);
    if (ingest) return this.#ingest(asked, ingest[1] ?? '', decodeURIComponent(ingest[2] ?? ''));
    return { status: 404 };
  }

  #services(type: string) {
    const path = {
      'org.opencastproject.capture.admin': '/capture-admin',
      'org.opencastproject.scheduler': '/recordings',
      'org.opencastproject.ingest': '/ingest',
    }[type];
    const service = { type, host: this.url, path, active: true, online: true, maintenance: false, jobproducer: true };
    return { status: 200, body: JSON.stringify({ services: path ? { service } : '' }) };
  }

  #agentState(name: string, state = '', address = '') {
    if (!isAgentState(state)) return { status: 400 };
    const known = this.agents.get(name) ?? { states: [], address, configuration: {} };
    this.agents.set(name, {
      ...known,
      address,
      states: known.states.at(-1) === state ? known.states : [...known.states, state],
    });
    return { status: 200, headers: { 'content-type': 'text/html' }, body: `${name} set to ${state}` };
  }

  #configuration(name: string, text = '') {
    const { entries } = parseConfiguration(text);
    const known = this.agents.get(name) ?? { states: ['unknown'], address: '', configuration: {} };
    this.agents.set(name, { ...known, configuration: entries });
    return { status: 200 };
  }

  #recordingState(id: string, state = '') {
    if (!isRecordingState(state)) return { status: 400 };
    const known = [...this.events, ...this.scheduled.map(({ id: uid }) => ({ uid }))].some(({ uid }) => uid === id);
    if (!known) return { status: 404 };
    this.recordings.set(id, [...(this.recordings.get(id) ?? []), state]);
    return { status: 200, body: `${id} set to ${state}` };
  }

  #recordingOf(id: string) {
    const state = this.recordings.get(id)?.at(-1);
    if (state === undefined) return { status: 404 };
    return {
      status: 200,
      body: JSON.stringify({ 'recording-state-update': { name: id, state, 'time-since-last-update': 5 } }),
    };
  }

  #calendar({ query, headers }: Asked): { status: number; body?: string; headers: Record<string, string> } {
    const agent = query.get('agentid');
    const cutoff = query.get('cutoff');
    const own = this.events.filter(({ location }) => location === undefined || location === agent);
    // The ETag ignores the cut-off, as that of the real Opencast does.
    const etag = `mod${hash(JSON.stringify(own) + String(this.calendarText))}`;
    if (headers['if-none-match'] === etag) return { status: 304, headers: { ETag: etag } };
    const shown = own.filter(
      ({ startsAtMs, endsAtMs }) => endsAtMs > Date.now() - 3_600_000 && (!cutoff || startsAtMs < Number(cutoff)),
    );
    const body = this.calendarText ?? writeCalendar(shown, Date.now());
    return { status: 200, body, headers: { ETag: etag, 'Content-Type': 'text/calendar; charset=UTF-8' } };
  }

  #ingest(asked: Asked, call: string, rest: string) {
    const { method } = asked;
    const xml = (mediaPackage: MediaPackage) => ({ status: 200, body: formatMediaPackage(mediaPackage) });
    if (method === 'GET' && call === 'createMediaPackage') return xml(emptyMediaPackage(randomUUID(), Date.now()));
    if (method === 'PUT' && call === 'createMediaPackageWithID') return xml(emptyMediaPackage(rest, Date.now()));
    if (method !== 'POST') return { status: 405 };
    const text = field(asked, 'mediaPackage');
    if (text === undefined) return { status: 400, body: 'no media package' };
    const mediaPackage = parseMediaPackage(text);
    if (call === 'addDCCatalog')
      return this.#add(
        mediaPackage,
        'catalogs',
        'dublincore/episode',
        'dc.xml',
        Buffer.from(field(asked, 'dublinCore') ?? ''),
      );
    if (call === 'addTrack' || call === 'addAttachment' || call === 'addCatalog') {
      // Only the part of the form before the file is read.
      const at = asked.parts.findIndex(({ filename }) => filename !== undefined);
      const flavor = asked.parts
        .slice(0, Math.max(at, 0))
        .find(({ name }) => name === 'flavor')
        ?.bytes.toString();
      const file = asked.parts[at];
      if (!file || !flavor || !/^[\w-]+\/[\w+-]+$/.test(flavor))
        return { status: 400, body: 'no flavor before the file' };
      const kind = call === 'addTrack' ? 'tracks' : call === 'addAttachment' ? 'attachments' : 'catalogs';
      return this.#add(mediaPackage, kind, flavor, file.filename ?? '', file.bytes);
    }
    if (call === 'schedule') {
      if (mediaPackage.catalogs.length !== 1) return { status: 400, body: 'exactly one episode catalog' };
      this.scheduled.push(mediaPackage);
      return { status: 201 };
    }
    if (call === 'ingest') return this.#finish(mediaPackage, asked);
    return { status: 404 };
  }

  #add(
    mediaPackage: MediaPackage,
    kind: 'tracks' | 'catalogs' | 'attachments',
    flavor: string,
    name: string,
    bytes: Buffer,
  ) {
    const id = randomUUID();
    this.files.set(id, { name, bytes });
    const url = `${this.url}/files/mediapackage/${mediaPackage.id}/${id}/${name}`;
    const element = { id, flavor, url, tags: [], attributes: {}, rest: [] };
    return { status: 200, body: formatMediaPackage({ ...mediaPackage, [kind]: [...mediaPackage[kind], element] }) };
  }

  #finish(mediaPackage: MediaPackage, asked: Asked) {
    const own = mediaPackage.tracks.filter(({ url }) => url?.startsWith(this.url));
    if (own.some(({ id }) => !this.files.has(id)))
      return { status: 400, body: 'Could not retrieve all media package elements' };
    const fields = Object.fromEntries(asked.parts.map(({ name, bytes }) => [name, bytes.toString()]));
    this.ingested.push({ mediaPackage, fields });
    this.recordings.set(mediaPackage.id, [...(this.recordings.get(mediaPackage.id) ?? []), 'upload_finished']);
    return {
      status: 200,
      body: `<wf:workflow xmlns:wf="http://workflow.opencastproject.org" id="12" state="INSTANTIATED"/>`,
    };
  }
}

const field = ({ parts }: Asked, name: string): string | undefined =>
  parts.find((part) => part.name === name)?.bytes.toString();

function hash(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) % 1_000_000_007;
  return sum;
}

async function bodyOf(request: IncomingMessage, cutAfter: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes >= cutAfter) {
      request.socket.destroy();
      throw new Error('cut');
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Makes an event of the calendar, with the attachments that Opencast gives. */
export function lecture(
  uid: string,
  startsAtMs: number,
  endsAtMs: number,
  more: Partial<WritableEvent> & { presenter?: string } = {},
): WritableEvent {
  const { presenter = 'M. Dupont', title = 'Informations générales', ...rest } = more;
  const empty = { contributors: [], subjects: [], publishers: [] };
  const episode = {
    title,
    identifier: uid,
    creators: [presenter],
    ...empty,
    isPartOf: 'series-1',
    temporal: { startsAtMs, endsAtMs },
  };
  const properties = {
    'org.opencastproject.workflow.definition': 'schedule-and-upload',
    'org.opencastproject.workflow.config.straightToPublishing': 'true',
    'event.title': title,
  };
  const file = (name: string, content: string) => ({ name, mimeType: attachmentType(name), content });
  return {
    uid,
    startsAtMs,
    endsAtMs,
    title,
    seriesId: 'series-1',
    lastModifiedMs: startsAtMs - 86_400_000,
    attachments: [
      file('episode.xml', formatCatalog(episode)),
      file('series.xml', formatCatalog({ title: 'PAES_2016_S2', creators: [], ...empty })),
      file('org.opencastproject.capture.agent.properties', formatAgentProperties(properties)),
    ],
    ...rest,
  };
}

import type { AgentState, RecordingState } from '#lib/opencast/agent-state.ts';
import { formatConfiguration, isRecordingState } from '#lib/opencast/agent-state.ts';
import { at } from '#lib/opencast/xml/jettison.ts';
import { SERVICE_PATHS, SERVICE_TYPES, usableServices, type ServiceName } from '#lib/opencast/services.ts';
import { retryAfterMs, ServerTrouble, troubleOf, troubleText } from './answer.ts';
import { jsonBody, urlEncoded, type Fields } from './form.ts';
import type { Login } from './login.ts';
import { WireError, type WireAnswer, type WireRequest } from './wire.ts';

/** Addresses of the server. */
export interface OpencastSettings {
  /** URL without a slash at its end. */
  url: string;
  agent: string;
  /** Addresses of services, which are used in place of the registry's. */
  services: Partial<Record<ServiceName, string>>;
  /** Names of other hosts that the registry may give, and that may get user and password. */
  hosts?: readonly string[];
}

/** Alarms of the box, and the recordings that it has to hand over. */
export interface AgentDetails {
  alarms: { name: string; text: string; level: string; sinceMs: number }[];
  handOvers: { recording: string; step: string; error?: string }[];
}

/** Kinds of failures that mean: there is a server, but it does not have this. */
const NOT_THERE: readonly string[] = ['missing', 'forbidden', 'refused', 'login'];

/** An Opencast server, as a capture agent uses it. Each failure rejects with a ServerTrouble. */
export interface Opencast {
  readonly settings: OpencastSettings;
  setState(state: AgentState, address: string): Promise<void>;
  setConfiguration(entries: Readonly<Record<string, string>>): Promise<void>;
  /** Sends details, which Amphi's central server shows beside the hall; false if the server does not know them. */
  tellDetails(details: AgentDetails): Promise<boolean>;
  /** Sets the state of a recording; false if the server knows no such event, which is no failure. */
  setRecordingState(event: string, state: RecordingState): Promise<boolean>;
  recordingState(event: string): Promise<RecordingState | undefined>;
  /** Requests the calendar; the caller must read the body. */
  calendar(options: { etag?: string; cutoffMs?: number }): Promise<WireAnswer>;
  /** Moves the end of an event. Rejects if this user may not. */
  moveEnd(event: string, endsAtMs: number): Promise<void>;
  /** Asks the registry again for the address of a service. */
  locate(service: ServiceName): Promise<string>;
  /** The URL of a path below a service. */
  at(service: ServiceName, path: string): Promise<string>;
  /** Sends a request and gives the body of a successful answer as text; `what` names the request in messages. */
  ask(what: string, request: WireRequest): Promise<string>;
  /** Sends a request and gives a successful answer; the caller must read or drop its body. */
  send(what: string, request: WireRequest): Promise<WireAnswer>;
}

/**
 * Number of tags in an answer, ten times those of a large media package. An answer with more is refused unread, since
 * XML is read without a pause.
 */
const MOST_TAGS = 4000;

/** Opens the server; nothing is sent yet. */
export function openOpencast(login: Login, settings: OpencastSettings, nowMs: () => number): Opencast {
  const places = new Map<ServiceName, string>();

  /** Sends a request; rejects with ServerTrouble unless it succeeds. */
  const send = async (what: string, request: WireRequest): Promise<WireAnswer> => {
    const answer = await login.send(request).catch((error: unknown) => {
      if (!(error instanceof WireError)) throw error;
      throw new ServerTrouble('unreachable', `${what}: ${error.message}`, { unsure: error.sent });
    });
    const { status, headers } = answer;
    const trouble = troubleOf(status, headers.location);
    if (!trouble) return answer;
    const body = await answer.text(64 << 10).catch(() => '');
    const waitMs = retryAfterMs(headers['retry-after'], nowMs());
    // A server that fails may have carried out the request before it failed.
    const unsure = status >= 500 && status !== 503 && status !== 507;
    const text = movedText(status, headers.location, what) ?? troubleText(trouble, status, what, body);
    throw new ServerTrouble(trouble, text, { unsure, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) });
  };

  const textOf = async (what: string, answer: WireAnswer): Promise<string> => {
    const text = await answer.text().catch((error: unknown) => {
      throw new ServerTrouble('unreachable', `${what}: ${(error as Error).message}`, { unsure: true });
    });
    if (!hasMoreTags(text, MOST_TAGS)) return text;
    throw new ServerTrouble('busy', `${what}: the answer has more than ${MOST_TAGS} tags`, { unsure: true });
  };

  const ask = async (what: string, request: WireRequest): Promise<string> => textOf(what, await send(what, request));

  /**
   * Like `ask`, for answers that are empty or a short text. A web page that comes from another machine in front of the
   * server is a failure. The content type alone does not show it: Opencast calls its `Amphi_D set to idle` HTML too
   * (docs/facts/opencast.md).
   */
  const askPlainly = async (what: string, request: WireRequest): Promise<string> => {
    const answer = await send(what, request);
    const text = await textOf(what, answer);
    const type = answer.headers['content-type'] ?? 'text/plain';
    const isPlain = /^text\/plain\b/i.test(type) && !/<|^\s*[{[]/.test(text);
    const isSaid = text === '' || isPlain || /^[^<]* set to \w+\s*$/.test(text);
    if (text.length > MOST_SAID || !isSaid) throw new ServerTrouble('busy', `${what}: ${wordsOfPage(text)}`);
    return text;
  };

  const locate = async (service: ServiceName): Promise<string> => {
    const fixed = settings.services[service];
    if (fixed) return fixed;
    const url = `${settings.url}/services/available.json?serviceType=${encodeURIComponent(SERVICE_TYPES[service])}`;
    const known = places.get(service);
    const found = await ask(`looking for ${SERVICE_TYPES[service]}`, { method: 'GET', url }).catch((error: unknown) => {
      // The former address is used if the registry gives none now.
      if (known !== undefined) return undefined;
      if (error instanceof ServerTrouble && error.kind === 'missing') return undefined;
      throw error;
    });
    const registry = found === undefined ? undefined : parsed(found);
    if (found !== undefined && registry === undefined && known === undefined)
      throw new ServerTrouble('busy', `looking for ${SERVICE_TYPES[service]}: ${wordsOfPage(found)}`);
    const offered = registry === undefined ? [] : usableServices(registry, SERVICE_TYPES[service]);
    if (offered.length === 0) {
      const usual = known ?? `${settings.url}${SERVICE_PATHS[service]}`;
      // The usual address is kept only if the registry does not exist; a registry that knows no such service now is
      // asked again.
      if (registry === undefined) places.set(service, usual);
      return usual;
    }
    const place = placed(offered, settings);
    places.set(service, place);
    return place;
  };

  const where = async (service: ServiceName, path: string): Promise<string> =>
    `${settings.services[service] ?? places.get(service) ?? (await locate(service))}${path}`;

  const post = async (
    what: string,
    service: ServiceName,
    path: string,
    fields: Fields,
    how: typeof ask = ask,
  ): Promise<string> => {
    const url = await where(service, path);
    return how(what, { method: 'POST', url, body: urlEncoded(fields) }).catch((error: unknown) => {
      // After these failures the registry is asked again for the next request, since the service may have moved.
      if (error instanceof ServerTrouble && ['unreachable', 'missing', 'busy'].includes(error.kind))
        places.delete(service);
      throw error;
    });
  };

  const agentPath = `/agents/${encodeURIComponent(settings.agent)}`;
  return {
    settings,
    locate,
    at: where,
    ask,
    send,
    async setState(state, address) {
      const fields: Fields = [
        ['address', address],
        ['state', state],
      ];
      await post(`telling the state ${state}`, 'captureAdmin', agentPath, fields, askPlainly);
    },
    async setConfiguration(entries) {
      const configuration = formatConfiguration(entries, `Capabilities for ${settings.agent}`);
      const fields: Fields = [['configuration', configuration]];
      await post('sending the configuration', 'captureAdmin', `${agentPath}/configuration`, fields);
    },
    async tellDetails(details) {
      const url = `${settings.url}/api/v1${agentPath}/details`;
      try {
        await ask('telling alarms and hand-overs', { method: 'PUT', url, body: jsonBody(details) });
        return true;
      } catch (error) {
        if (error instanceof ServerTrouble && NOT_THERE.includes(error.kind)) return false;
        throw error;
      }
    },
    async setRecordingState(event, state) {
      try {
        const path = `/recordings/${encodeURIComponent(event)}`;
        await post(`telling ${state} of ${event}`, 'captureAdmin', path, [['state', state]], askPlainly);
        return true;
      } catch (error) {
        if (error instanceof ServerTrouble && (error.kind === 'missing' || error.kind === 'refused')) return false;
        throw error;
      }
    },
    async recordingState(event) {
      const url = await where('captureAdmin', `/recordings/${encodeURIComponent(event)}.json`);
      const answer = parsed(await ask(`asking for the state of ${event}`, { method: 'GET', url }));
      const state = at(answer, 'recording-state-update', 'state');
      return typeof state === 'string' && isRecordingState(state) ? state : undefined;
    },
    async calendar({ etag, cutoffMs }) {
      const query = new URLSearchParams({ agentid: settings.agent, ...(cutoffMs ? { cutoff: String(cutoffMs) } : {}) });
      const url = await where('scheduler', `/calendars?${query.toString().replaceAll('+', '%20')}`);
      const known = etag === undefined ? {} : { headers: { 'if-none-match': etag } };
      return send('reading the calendar', { method: 'GET', url, ...known });
    },
    async moveEnd(event, endsAtMs) {
      const url = await where('scheduler', `/${encodeURIComponent(event)}`);
      const body = urlEncoded([['end', String(endsAtMs)]]);
      (await send(`moving the end of ${event}`, { method: 'PUT', url, body })).drop();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Characters of an answer to a state; a longer text is no such answer. */
const MOST_SAID = 2000;

/** A text for people about the web page that came in place of an answer. */
function wordsOfPage(text: string): string {
  const title = /<title>([^<]{1,200})<\/title>/i.exec(text)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  return title
    ? `a web page came, "${title}": something stands before the server`
    : 'what came is no answer of an Opencast';
}

/**
 * The address to use for a service. A server behind a proxy gives its inner address: if that is on the configured
 * machine, the configured address is used, so that no password is sent without TLS. Other machines are used only if the
 * installer has named them; else throws a ServerTrouble.
 */
function placed(offered: readonly string[], { url, hosts = [], services }: OpencastSettings): string {
  const own = new URL(url);
  const named = Object.values(services).map((one) => new URL(one).hostname);
  const allowed = [...hosts.map((host) => host.toLowerCase()), ...named];
  for (const found of offered) {
    const place = new URL(found);
    if (place.hostname === own.hostname) return `${own.origin}${place.pathname}`.replace(/\/+$/, '');
    const isOpen = own.protocol === 'https:' && place.protocol !== 'https:';
    if (allowed.includes(place.hostname) && !isOpen) return found;
  }
  const { origin, hostname, protocol } = new URL(offered[0] ?? url);
  const why =
    own.protocol === 'https:' && protocol !== 'https:'
      ? `the registry names ${origin}, without TLS: no password is sent there; name the services in the configuration`
      : `the registry names ${origin}: no password is sent to another machine unless hosts has "${hostname}"`;
  throw new ServerTrouble('refused', why);
}

function movedText(status: number, location: string | undefined, what: string): string | undefined {
  if (status < 300 || status >= 400 || !location || /login/i.test(location)) return undefined;
  return `${what}: the server has moved to ${location.slice(0, 200)}: put that into the configuration`;
}

function hasMoreTags(text: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0 && count <= most; at = text.indexOf('<', at + 1)) count++;
  return count > most;
}

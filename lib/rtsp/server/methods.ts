/** The RTSP methods (RFC 2326 section 10): each request gets one reply. */
import { randomBytes } from 'node:crypto';
import { refusalOf, type Nonce } from './access.ts';
import { endSessions, hasRoomFor, type ServerContext } from './server-context.ts';
import type { Reply, Request } from '../wire/message.ts';
import { openPlaySession, type PlaySession } from './play-session.ts';
import { openRecordSession, type RecordSession } from './record-session.ts';
import { parseAnnouncement } from '../wire/sdp.ts';
import type { Peer } from './session.ts';
import { parseTarget, type Target } from '../wire/target.ts';
import { parseTransports } from '../wire/transport.ts';

/** The connection of a request; it has at most one session. */
export interface Client extends Peer {
  session: PlaySession | RecordSession | undefined;
  readonly isClosed: boolean;
  readonly nonce: Nonce;
  /** Ends the session; the connection stays open. */
  endSession(reason: string): void;
}

interface Call {
  context: ServerContext;
  client: Client;
  request: Request;
  target: Target;
}

type Method = (call: Call) => Reply | Promise<Reply>;

/** Time in milliseconds that DESCRIBE waits for the parameters of a stream that has just begun; then it answers 503. */
const DESCRIBE_WAIT_MS = 4000;
/** Time in milliseconds after which a publisher that has sent nothing may be replaced by another. */
const SILENT_PUBLISHER_MS = 5000;

const PLAYER_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>(
  Object.entries({
    OPTIONS: options,
    DESCRIBE: describe,
    SETUP: setUp,
    PLAY: play,
    PAUSE: pause,
    TEARDOWN: tearDown,
    GET_PARAMETER: parameter,
    SET_PARAMETER: parameter,
  }),
);
const PUBLISHER_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['ANNOUNCE', announce],
  ['RECORD', record],
]);

/** Serves one request. It always gives a reply and never throws. */
export async function serve(context: ServerContext, client: Client, request: Request): Promise<Reply> {
  const method = methodsOf(context).get(request.method);
  if (!/^\d{1,10}$/.test(request.headers.get('cseq') ?? '')) return { status: 400 };
  if (!method) return unknownMethod(context, request.method);
  const target = parseTarget(request.uri);
  if (!target) return { status: 400 };
  const required = request.headers.get('require') ?? request.headers.get('proxy-require');
  if (required !== undefined) return { status: 551, headers: { Unsupported: required } };
  if (!isOwnSession(client, request)) return { status: 454 };
  if (client.session) client.session.lastHeardMs = performance.now();
  return method({ context, client, request, target });
}

/**
 * Requests that come before a session; some clients send them with a session id of their own making, which is ignored.
 */
const BEFORE_A_SESSION = new Set(['OPTIONS', 'DESCRIBE', 'ANNOUNCE', 'SETUP']);

/**
 * Whether a request names no session, or the session of its connection. Before there is one, the name is ignored in
 * some requests.
 */
function isOwnSession(client: Client, request: Request): boolean {
  const session = request.headers.get('session')?.split(';')[0]?.trim();
  if (session === undefined || session === client.session?.id) return true;
  if (request.method === 'OPTIONS' || request.method === 'DESCRIBE') return true;
  return client.session === undefined && BEFORE_A_SESSION.has(request.method);
}

function methodsOf(context: ServerContext): ReadonlyMap<string, Method> {
  return context.mayPublish ? new Map([...PLAYER_METHODS, ...PUBLISHER_METHODS]) : PLAYER_METHODS;
}

const publicMethods = (context: ServerContext): string => [...methodsOf(context).keys()].join(', ');

function unknownMethod(context: ServerContext, method: string): Reply {
  const isKnown = PUBLISHER_METHODS.has(method) || method === 'REDIRECT';
  return isKnown ? { status: 405, headers: { Allow: publicMethods(context) } } : { status: 501 };
}

function options({ context }: Call): Reply {
  return { status: 200, headers: { Public: publicMethods(context) } };
}

/** Answers GET_PARAMETER and SET_PARAMETER, which keep a connection alive; no parameter is known by name. */
function parameter({ context, client }: Call): Reply {
  return client.session ? inSession(context, client.session.id, {}) : { status: 200 };
}

async function describe({ context, client, request, target }: Call): Promise<Reply> {
  const refusal = await refusalOf(context, client, request, context.credentials(target.path));
  if (refusal) return refusal;
  const accept = request.headers.get('accept') ?? 'application/sdp';
  if (!/application\/(?:sdp|\*)|\*\/\*/i.test(accept)) return { status: 406 };
  const stream = context.streams.get(target.path);
  if (!stream) return { status: 404 };
  const sdp = await stream.sdp(DESCRIBE_WAIT_MS);
  if (sdp === undefined) return { status: 503 };
  const headers = { 'Content-Type': 'application/sdp', 'Content-Base': `${target.base}/`, 'Cache-Control': 'no-cache' };
  return { status: 200, headers, body: sdp };
}

async function setUp(call: Call): Promise<Reply> {
  const { context, client, request } = call;
  const isRecord = client.session?.role === 'record';
  const path = isRecord ? client.session!.path : call.target.path;
  const credentials = isRecord ? context.publishCredentials(path) : context.credentials(path);
  const refusal = await refusalOf(context, client, request, credentials);
  if (refusal) return refusal;
  const offers = parseTransports(request.headers.get('transport') ?? '');
  if (client.session && client.session.state !== 'ready') return { status: 455 };
  const place = isRecord ? recordTrack(client, request) : playTrack(call);
  if (typeof place === 'number') return { status: place };
  const transport = await place.session.setUp(place.track, offers, request.uri);
  if (client.isClosed) place.session.close();
  if (transport === undefined) {
    if (place.isNew) client.endSession('no transport');
    return { status: 461 };
  }
  return inSession(context, place.session.id, { Transport: transport, 'Cache-Control': 'no-cache' });
}

interface Place {
  session: PlaySession | RecordSession;
  track: number;
  isNew: boolean;
}

function recordTrack(client: Client, request: Request): Place | number {
  const session = client.session as RecordSession;
  const track = session.trackOf(request.uri);
  return track === undefined ? 404 : { session, track, isNew: false };
}

/** Opens the session with the first track. A second SETUP that does not name its session is accepted too. */
function playTrack({ context, client, target }: Call): Place | number {
  const stream = context.streams.get(target.path);
  if (!stream) return 404;
  const count = stream.trackCount();
  if (count === 0) return 503;
  const known = client.session;
  const isKnown = known?.role === 'play' && known.stream === stream;
  // After its tracks, a client may send SETUP for the whole stream as well: it means the next track, or the first one
  // again.
  if (target.track === undefined && count > 1 && !isKnown) return 459;
  const track = target.track ?? (isKnown ? known.nextTrack(count) : 0);
  if (track >= count) return 404;
  if (known) return known.role === 'play' && known.stream === stream ? { session: known, track, isNew: false } : 455;
  if (!hasRoomFor(context, client.remoteAddress)) return 453;
  const session = openPlaySession(newId(), stream, client, context);
  client.session = session;
  return { session, track, isNew: true };
}

async function play({ context, client, request, target }: Call): Promise<Reply> {
  const refusal = await refusalOf(context, client, request, context.credentials(target.path));
  if (refusal) return refusal;
  const session = named(client, request);
  if (typeof session === 'number') return { status: session };
  if (session.role !== 'play') return { status: 455 };
  if (context.streams.get(session.path) !== session.stream) return { status: 404 };
  if (target.path !== session.path && target.path !== '') return { status: 404 };
  if (session.state === 'flowing') return inSession(context, session.id, { Range: 'npt=now-' });
  const info = await session.play();
  if (info === undefined) return { status: 503 };
  context.log.info({ path: session.path, address: client.remoteAddress, session: session.id }, 'player starts');
  return inSession(context, session.id, { Range: 'npt=now-', 'RTP-Info': info });
}

function pause({ context, client, request }: Call): Reply {
  const session = named(client, request);
  if (typeof session === 'number') return { status: session };
  if (session.role !== 'play') return { status: 455 };
  session.pause();
  return inSession(context, session.id, {});
}

function tearDown({ client, request }: Call): Reply {
  const session = named(client, request);
  if (typeof session === 'number') return { status: session };
  client.endSession('torn down');
  return { status: 200 };
}

async function announce({ context, client, request, target }: Call): Promise<Reply> {
  const { path } = target;
  if (path === '' || !context.mayPublish?.(path, { address: client.remoteAddress })) return { status: 403 };
  const refusal = await refusalOf(context, client, request, context.publishCredentials(path));
  if (refusal) return refusal;
  if (client.session) return { status: 455 };
  if (isTaken(context, path)) return { status: 403 };
  if (!/^application\/sdp\b/i.test(request.headers.get('content-type') ?? 'application/sdp')) return { status: 415 };
  const tracks = parseAnnouncement(request.body.toString('utf8'));
  if (!tracks) return { status: 400 };
  if (!hasRoomFor(context, client.remoteAddress)) return { status: 453 };
  client.session = openRecordSession(newId(), path, tracks, client, context);
  return { status: 200 };
}

async function record({ context, client, request }: Call): Promise<Reply> {
  const session = client.session;
  if (session?.role !== 'record' || session.state !== 'ready') return { status: session ? 455 : 454 };
  const refusal = await refusalOf(context, client, request, context.publishCredentials(session.path));
  if (refusal) return refusal;
  if (isTaken(context, session.path)) return { status: 403 };
  if (!session.record()) return { status: 455 };
  const former = context.streams.get(session.path);
  if (former) endSessions(context, former, 'replaced by another publisher');
  context.published(session);
  return inSession(context, session.id, { Range: 'npt=now-' });
}

/** Whether a publisher may not have this path: a mount's path never, that of another publisher only after a silence. */
function isTaken(context: ServerContext, path: string): boolean {
  const stream = context.streams.get(path);
  if (!stream) return false;
  if (stream.kind === 'mount') return true;
  const lastMs = (stream as RecordSession['stream']).lastReceivedMs;
  return performance.now() - lastMs < SILENT_PUBLISHER_MS;
}

/** The session that a request needs, if it names one (the name was checked before); else 454. */
function named(client: Client, request: Request): PlaySession | RecordSession | 454 {
  return request.headers.has('session') && client.session ? client.session : 454;
}

function inSession(context: ServerContext, id: string, headers: Record<string, string>): Reply {
  return { status: 200, headers: { Session: `${id};timeout=${context.sessionTimeoutSeconds}`, ...headers } };
}

const newId = (): string => randomBytes(8).toString('hex').toUpperCase();

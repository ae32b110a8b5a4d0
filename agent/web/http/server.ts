import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import type { DeviceClient } from '#agent/device/device.ts';
import { NO_SCHEMAS } from '#lib/http-api/no-schemas.ts';
import { readBodies, refusedByServer } from '#lib/http-api/body.ts';
import { addRoutes, methodsAt, type Serving } from '#lib/http-api/dispatch.ts';
import { openAnswers } from '#lib/http-api/idempotency.ts';
import { refused } from '#lib/http-api/refusal.ts';
import { openTrail } from '#lib/runtime/access/trail.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Place } from '#lib/runtime/listening.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Personality } from '#lib/sis/personality.ts';
import { guard, sessionOf } from '../access/access.ts';
import type { Access } from '../access/roles.ts';
import { openDoor, type Door, type WebCertificate } from './doors.ts';
import { openEntrance } from '../access/entrance.ts';
import { openEventHub } from '../events/event-hub.ts';
import { boxOpenApi } from './openapi.ts';
import { addPages } from './pages.ts';
import { openPairingCodes } from '../lectern/codes.ts';
import { openPairings } from '../lectern/pairings.ts';
import { LIMITS, type Limits } from './limits.ts';
import { openPlaces } from './places.ts';
import { MISTAKES_CODE } from './refusal.ts';
import { SECURITY_HEADERS, sendRefusal } from './reply.ts';
import { API, type Asking, type Box, type Tag } from './route.ts';
import { apiRoutes } from '../routes/all.ts';
import { openKeptSessions } from '../access/kept-sessions.ts';
import { openSessions, SESSION_RULES } from '../access/sessions.ts';
import { openSnapshots } from '../views/snapshots.ts';
import type { WebAccounts, WebSources } from '../views/sources.ts';
import { addSwis } from '../swis/routes.ts';
import { openServerAddresses } from '../swis/server-addresses.ts';
import { openThrottle } from '../access/throttle.ts';
import { openRtspTunnels, type RtspPlace } from './rtsp-tunnels.ts';

/** What the web server needs. */
export interface WebSettings {
  http: Place;
  https: Place & { certificate: WebCertificate };
  /**
   * Token of an administrator. Undefined: everybody who reaches the port is an administrator; only for boxes that are
   * meant so.
   */
  token: string | (() => string) | undefined;
  accounts: WebAccounts;
  /** The device's own values, for programs that were made for it. */
  personality: Personality;
  /** IANA name of the box's time zone. */
  timeZone: string;
  device: DeviceClient;
  sources: WebSources;
  log: Log;
  version: string;
  /** The start of the box; this server may have started later. */
  startedAtMs?: number;
  /** File of the sessions; without it they end with the box. */
  sessionsFile?: string;
  /** File of the paired tablets; without it they are forgotten when the box ends. */
  pairingsFile?: string;
  /** Names of the box besides its addresses, `localhost`, the hall and the machine's name. */
  hosts?: readonly string[];
  /** Gives the RTSP server, for players that speak RTSP in HTTP; without it they are answered as any program. */
  rtspPlace?: () => Promise<RtspPlace>;
  /** Limits that differ from the usual ones. */
  limits?: Partial<Limits>;
}

/** A running web server. */
export interface Web {
  http: Omit<Door, 'close'>;
  https: Omit<Door, 'close'>;
  /** Cuts all connections and ends; a second call does nothing. */
  close(): Promise<void>;
}

/** Starts HTTP and HTTPS of the box. Rejects if one of them cannot listen. */
export async function startWeb(settings: WebSettings): Promise<Web> {
  const { device, log } = settings;
  const limits = { ...LIMITS, ...settings.limits };
  const box = await openBox(settings, limits);
  const app = openServer(limits);
  app.addHook('onRequest', async (_request, reply) => void reply.headers(SECURITY_HEADERS));
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, ip } = request;
    log.debug(
      { method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime), ip },
      'http',
    );
  });
  const hosts = () => [device.state().wanted.hall, ...(settings.hosts ?? [])];
  guard(app, { entrance: box.entrance, hosts });
  const forget = settings.accounts.onChange(() => {
    box.sessions.endAll();
    box.pairings.removeAll().catch((error: unknown) => log.error({ err: error }, 'the pairings are not removed'));
  });
  readBodies(app);
  answerTrouble(app, log);
  addRoutes(app, apiRoutes, servingOf(box));
  addSwis(app, box, {
    personality: settings.personality,
    timeZone: settings.timeZone,
    addressOf: openServerAddresses(() => performance.now()),
  });
  // The document is made at the first request, since most boxes never need it.
  let document: object | undefined;
  app.get(
    `${API}/openapi.json`,
    { config: { access: 'user' } },
    async () => (document ??= boxOpenApi(apiRoutes, settings.version)),
  );
  app.get('/healthz', { config: { access: 'open' } }, async () => ({ status: 'ok' }));
  await addPages(app, log);
  await app.ready();
  const close = async (): Promise<void> => {
    forget();
    box.sessions.close();
    await box.kept.close();
    box.events.close();
    await Promise.all([...doors.map((door) => door.close()), app.close()]);
  };
  const doors: Door[] = [];
  const tunnels = settings.rtspPlace && openRtspTunnels(settings.rtspPlace);
  const open = async (place: Place, certificate?: WebCertificate): Promise<Door> => {
    const door = await openDoor(place, (request, reply) => app.routing(request, reply), limits, certificate, tunnels);
    doors.push(door);
    return door;
  };
  try {
    const [http, https] = [await open(settings.http), await open(settings.https, settings.https.certificate)];
    return { http, https, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openBox(settings: WebSettings, limits: Limits): Promise<Box> {
  const { device, sources, log, version, token, accounts, personality } = settings;
  const { cookie: deviceCookie } = personality.swis;
  const { wrongTokens: tries, wrongTokenMs: everyMs } = limits;
  const monotonicMs = (): number => performance.now();
  const kept = await openKeptSessions({ file: settings.sessionsFile, stamp: () => accounts.stamp(), log });
  const sessions = openSessions(monotonicMs, SESSION_RULES, kept);
  const throttle = openThrottle(monotonicMs, { tries, everyMs, addresses: 10_000 });
  const nowMs = (): number => Date.now();
  const codes = openPairingCodes(nowMs);
  const pairings = await openPairings({
    file: settings.pairingsFile,
    stamp: () => accounts.stamp(),
    nowMs,
    log,
  });
  return {
    device,
    sources,
    log,
    version,
    startedAtMs: settings.startedAtMs ?? Date.now(),
    events: openEventHub(device, realClock),
    snapshots: openSnapshots((of, widthPx) => sources.snapshot(of, widthPx)),
    sessions,
    kept,
    accounts,
    entrance: openEntrance({
      token: () => (typeof token === 'function' ? token() : token),
      trail: openTrail(log),
      accounts,
      sessions,
      throttle,
      codes,
      pairings,
      deviceCookie,
    }),
    codes,
    pairings,
    answers: openAnswers(monotonicMs),
    places: { events: openPlaces(limits.listeners), previews: openPlaces(limits.previews) },
  };
}

/** How the rows of the API are served here. */
const servingOf = (box: Box): Serving<Asking, Access, Tag> => ({
  base: API,
  mistakesCode: MISTAKES_CODE,
  contextOf: (request) => ({ box, session: sessionOf(request), asker: request.asker }),
  configOf: (route) => ({ access: route.access, endless: 'endless' in route && (route.endless ?? false) }),
  refuse: sendRefusal,
  keys: { answers: box.answers, askerOf: ({ session }) => session.id },
});

const MEDIA_TEXT = 'the body must be application/json, or a picture where one is uploaded';

function openServer(limits: Limits): FastifyInstance {
  return fastify({
    logger: false,
    schemaController: NO_SCHEMAS,
    bodyLimit: limits.bodyBytes,
    routerOptions: { maxParamLength: 1024 },
    frameworkErrors: (error, _request, reply) =>
      void sendRefusal(reply, refusedByServer(error, MEDIA_TEXT) ?? refused(400, 'bad_request', 'this cannot be read')),
  });
}

/** Answers all errors in one form. A fault of ours is logged, and its text is not told. */
function answerTrouble(app: FastifyInstance, log: Log): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = refusedByServer(error, MEDIA_TEXT);
    if (!known) log.error({ error, route: request.routeOptions.url }, 'a request failed');
    return sendRefusal(reply, known ?? refused(500, 'fault', 'the box failed at this: its log says how'));
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = methodsAt(apiRoutes, API, path);
    if (allowed.length === 0)
      return sendRefusal(reply, refused(404, 'not_found', `there is nothing at ${path.slice(0, 200)}`));
    void reply.header('allow', allowed.join(', '));
    return sendRefusal(reply, refused(405, 'method', `${request.method} is not for this; ${allowed.join(', ')}`));
  });
}

import { percentDecoded } from '#lib/runtime/texts/percent.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openTurns } from '#lib/runtime/turns.ts';
import { askerOf, sessionOf } from '../access/access.ts';
import { answerWithPreview } from '../media/preview-answer.ts';
import { isRefused } from '#lib/http-api/refusal.ts';
import { sendRefusal } from '../http/reply.ts';
import type { Box } from '../http/route.ts';
import { beginSession } from '../access/signing.ts';
import { isTooDeep } from './depth.ts';
import { read, write, type Answer, type Asking } from './exchange.ts';
import type { SwisView } from './resource.ts';

/** What the resources need besides the box. */
export interface SwisParts {
  personality: SwisView['personality'];
  timeZone: string;
  addressOf: SwisView['addressOf'];
}

/** Resources of one request; a request for more is refused. */
const MOST_ITEMS = 500;
/** Bytes of one answer; the resources beyond are refused. */
const MOST_BYTES = 2 << 20;

/** Adds the device's own interface over HTTP (facts/smp351 3), for programs that were made for it. */
export function addSwis(app: FastifyInstance, box: Box, parts: SwisParts): void {
  const { cookie, realm: basicRealm } = parts.personality.swis;
  const config = { access: 'user', anyJson: true, basicRealm } as const;
  const viewFor = async (request: FastifyRequest): Promise<SwisView> =>
    viewOf(request, box, parts, await scheduleOf(box.sources));
  const asking = async (request: FastifyRequest): Promise<Asking> => {
    const schedule = await scheduleOf(box.sources);
    return { box, session: sessionOf(request), view: () => viewOf(request, box, parts, schedule) };
  };

  app.get('/api/swis/resources', { config }, async (request, reply) => {
    const { uri = [] } = request.query as { uri?: string | string[] };
    const uris = [uri].flat();
    if (uris.length > MOST_ITEMS) return refuseBody(reply, `at most ${MOST_ITEMS} at once`);
    const view = await viewFor(request);
    const asked = uris.map((one) => ({ uri: one }));
    return sendAll(reply, asked, (one) => read(one.uri, view));
  });
  for (const method of ['PUT', 'POST'] as const) {
    app.route({
      method,
      url: '/api/swis/resources',
      config,
      async handler(request, reply) {
        const items = itemsOf(request.body);
        if (typeof items === 'string') return refuseBody(reply, items);
        const by = await asking(request);
        return sendAll(reply, items, ({ uri, value }) => write(uri, value, by));
      },
    });
    app.route({
      method,
      url: '/api/swis/resource/*',
      config,
      async handler(request, reply) {
        if (request.body === undefined || isTooDeep(request.body)) return refuseBody(reply, NO_VALUE);
        return send(reply, JSON.stringify(await write(pathOf(request), valueOf(request.body), await asking(request))));
      },
    });
  }
  app.get('/api/swis/resource/*', { config }, async (request, reply) =>
    send(reply, JSON.stringify(read(pathOf(request), await viewFor(request)))),
  );
  app.route({
    // GET is accepted too, for programs that know only a URL and an account.
    method: ['GET', 'POST'],
    url: '/api/login',
    config: { ...config, access: 'open', begins: 'session' },
    exposeHeadRoute: false,
    async handler(request, reply) {
      const asker = await askerOf(request, box.entrance);
      if (isRefused(asker)) return sendRefusal(reply, asker);
      if (asker.by !== 'open') beginSession(box, asker.role, request, reply, cookie);
      return send(reply, '{}');
    },
  });
  for (const url of ['/mp4stream', '/api/swis/mp4stream']) {
    // The answer has no end, so HEAD tells no length.
    app.head(url, { config }, async (_request, reply) => reply.type('video/mp4').send());
    app.get(url, { config: { ...config, endless: true }, exposeHeadRoute: false }, async (_request, reply) => {
      const stream = box.sources.encoders().confidence ? 'confidence' : 'archive';
      const wrong = await answerWithPreview(box, stream, reply, 'video/mp4');
      return wrong ? sendRefusal(reply, wrong) : reply;
    });
  }
  // Addresses of the device's own pages, which people may have as bookmarks.
  for (const url of ['/www', '/www/', '/www/index.html'])
    app.get(url, { config: { access: 'open' } }, async (_request, reply) => reply.redirect('/'));
}

/** Reads the schedule once for a request, so that all its answers tell the same. */
async function scheduleOf({ schedule }: Box['sources']): Promise<SwisView['schedule']> {
  if (!schedule) return undefined;
  const events = await schedule.events();
  return { events: () => events, services: () => schedule.services() };
}

function viewOf(
  request: FastifyRequest,
  { device, sources }: Box,
  parts: SwisParts,
  schedule: SwisView['schedule'],
): SwisView {
  return {
    ...parts,
    state: device.state(),
    role: request.asker?.role ?? 'user',
    machine: sources.machine(),
    nowMs: Date.now(),
    recordings: () => sources.recordings.list(),
    schedule,
  };
}

/** The path behind `/resource` with its query, without parameters that only defeat caches. */
function pathOf({ url }: FastifyRequest): string {
  const [path = '', query = ''] = url.slice('/api/swis/resource'.length).split('?', 2);
  const kept = query.split('&').filter((pair) => pair !== '' && !/^(_dc|rnd)=/.test(pair));
  return percentDecoded(kept.length > 0 ? `${path}?${kept.join('&')}` : path);
}

const NO_VALUE = 'the body must be JSON: the value, or {"value": …}';
const NO_ITEMS = 'the body must be JSON: [{"uri": "/record/control", "value": "stop"}, …]';

interface Item {
  uri: string;
  value: unknown;
}

/** The items to set, or the mistake of the whole body. A single item may stand without a list. */
function itemsOf(body: unknown): Item[] | string {
  if (isTooDeep(body)) return NO_ITEMS;
  const list: unknown[] = Array.isArray(body) ? body : [body];
  if (list.length > MOST_ITEMS) return `at most ${MOST_ITEMS} at once`;
  const items = list.filter(
    (item): item is Item => typeof item === 'object' && item !== null && 'uri' in item && typeof item.uri === 'string',
  );
  return items.length === list.length ? items : NO_ITEMS;
}

/** The value to set: `{"value": v}`, or the body itself. */
function valueOf(body: unknown): unknown {
  const isWrapped = typeof body === 'object' && body !== null && 'value' in body;
  return isWrapped ? body.value : body;
}

/** Sends the answers in the order of the questions, one after the other. Between them other work has its turn. */
async function sendAll<Asked extends { uri: string }>(
  reply: FastifyReply,
  asked: readonly Asked[],
  answer: (one: Asked) => Answer | Promise<Answer>,
): Promise<FastifyReply> {
  const texts: string[] = [];
  let bytes = 0;
  const turns = openTurns();
  for (const one of asked) {
    const text = JSON.stringify(bytes > MOST_BYTES ? tooMuch(one.uri) : await answer(one));
    bytes += text.length;
    texts.push(text);
    await turns.over();
  }
  return send(reply, `[${texts.join(',')}]`);
}

const tooMuch = (uri: string): Answer => ({
  meta: { uri, status: 'E22', description: 'Too much was asked at once' },
});

const send = (reply: FastifyReply, text: string): FastifyReply =>
  reply.header('cache-control', 'no-store').type('application/json').send(text);

/** Refuses a body that is no request for resources. */
function refuseBody(reply: FastifyReply, description: string): FastifyReply {
  void reply.code(400);
  return send(reply, JSON.stringify([{ meta: { uri: '', status: 'E13', description } }]));
}

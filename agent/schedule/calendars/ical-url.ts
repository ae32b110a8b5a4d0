import { retryAfterMs, ServerTrouble, troubleOf, troubleText } from '../server/answer.ts';
import { headerOf } from '../server/headers.ts';
import type { Login } from '../server/login.ts';
import { openPolledCalendar, type PolledOptions, type Tag } from './polled-calendar.ts';
import type { Source } from '../timetable/source.ts';
import { WireError, type Wire, type WireAnswer, type WireRequest } from '../server/wire.ts';

/** Options of `openIcalUrl`. `wire` sends requests without a login, to other hosts: these do not get the password. */
export type IcalUrlOptions = Omit<PolledOptions, 'ask' | 'source' | 'place'> & {
  url: string;
  login: Login;
  wire: Wire;
};

/** Number of redirections that are followed; more count as a loop, and the reading fails. */
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const FOR_GOOD: ReadonlySet<number> = new Set([301, 308]);

/** Opens an iCalendar feed at a URL. Redirections are followed. */
export function openIcalUrl({ url, login, wire, ...options }: IcalUrlOptions): Promise<Source> {
  const place = new URL(url).origin;
  const send = (request: WireRequest): Promise<WireAnswer> =>
    (mayKnowPassword(url, request.url) ? login : wire).send(request).catch((error: unknown) => {
      if (!(error instanceof WireError)) throw error;
      throw new ServerTrouble('unreachable', error.message);
    });
  const ask: PolledOptions['ask'] = async ({ etag, modified }: Tag) => {
    const headers = {
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(modified === undefined ? {} : { 'if-modified-since': modified }),
    };
    const { answer, movedTo } = await followed(send, url, headers);
    const trouble = troubleOf(answer.status);
    if (trouble) {
      answer.drop();
      const waitMs = retryAfterMs(headerOf(answer, 'retry-after'), options.clock.nowMs());
      throw new ServerTrouble(
        trouble,
        troubleText(trouble, answer.status, place, ''),
        waitMs ? { retryAfterMs: waitMs } : {},
      );
    }
    const [freshTag, freshDate] = [headerOf(answer, 'etag'), headerOf(answer, 'last-modified')];
    const tag = { ...(freshTag ? { etag: freshTag } : {}), ...(freshDate ? { modified: freshDate } : {}) };
    return { answer, tag, ...(movedTo === undefined ? {} : { movedTo: shown(movedTo) }) };
  };
  return openPolledCalendar({ ...options, ask, source: 'ical', place });
}

/** Asks for the feed, and follows redirections. `movedTo`: its new address if it has moved for good. */
async function followed(
  send: (request: WireRequest) => Promise<WireAnswer>,
  url: string,
  headers: Record<string, string>,
): Promise<{ answer: WireAnswer; movedTo?: string }> {
  let [at, isForGood] = [url, true];
  let movedTo: string | undefined;
  for (let hops = 0; ; hops++) {
    const answer = await send({ method: 'GET', url: at, headers });
    if (!REDIRECTS.has(answer.status)) return { answer, ...(movedTo === undefined ? {} : { movedTo }) };
    answer.drop();
    const refuse = (why: string): ServerTrouble => new ServerTrouble('refused', `${new URL(at).origin}: ${why}`);
    if (hops === MOST_REDIRECTS) throw refuse(`it redirects more than ${MOST_REDIRECTS} times: it leads in a circle`);
    const to = target(headerOf(answer, 'location'), at);
    if (to === undefined) throw refuse(`it redirects (${answer.status}) to what is no web address`);
    isForGood &&= FOR_GOOD.has(answer.status);
    if (isForGood) movedTo = to;
    at = to;
  }
}

function target(location: string | undefined, from: string): string | undefined {
  const text = location?.trim().replace(/^webcals?:/i, 'https:');
  if (!text || !URL.canParse(text, from)) return undefined;
  const to = new URL(text, from);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return undefined;
  // User and password in a redirection's address are not used: they are not the configured ones.
  [to.username, to.password] = ['', ''];
  return to.href;
}

/**
 * Whether an address may get the password: the configured host alone, and with TLS if the configured address has it.
 */
function mayKnowPassword(configured: string, asked: string): boolean {
  const [own, to] = [new URL(configured), new URL(asked)];
  const isSecured = own.protocol === 'http:' && to.protocol === 'https:';
  return to.origin === own.origin || (isSecured && to.hostname === own.hostname);
}

/** An address for people, without what stands after `?`, which may be a secret. */
function shown(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search ? '?…' : ''}`.slice(0, 300);
}

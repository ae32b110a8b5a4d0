import { retryAfterMs, ServerTrouble, troubleOf, troubleText } from '../server/answer.ts';
import { headerOf } from '../server/headers.ts';
import type { Login } from '../server/login.ts';
import { openPolledCalendar, type PolledOptions, type Tag } from './polled-calendar.ts';
import type { Source } from '../timetable/source.ts';
import { dropAnswer, WireError } from '../server/wire.ts';

/** What a feed needs. */
export type IcalUrlOptions = Omit<PolledOptions, 'ask' | 'source' | 'place'> & { url: string; login: Login };

/** Opens an iCalendar feed at a URL. */
export function openIcalUrl({ url, login, ...options }: IcalUrlOptions): Promise<Source> {
  const place = new URL(url).origin;
  const ask: PolledOptions['ask'] = async ({ etag, modified }: Tag) => {
    const headers = {
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(modified === undefined ? {} : { 'if-modified-since': modified }),
    };
    const answer = await login.send({ method: 'GET', url, headers }).catch((error: unknown) => {
      if (!(error instanceof WireError)) throw error;
      throw new ServerTrouble('unreachable', error.message);
    });
    const trouble = troubleOf(answer.status, answer.headers.location);
    if (trouble) {
      dropAnswer(answer);
      const waitMs = retryAfterMs(headerOf(answer, 'retry-after'), options.clock.nowMs());
      throw new ServerTrouble(
        trouble,
        troubleText(trouble, answer.status, place, ''),
        waitMs ? { retryAfterMs: waitMs } : {},
      );
    }
    const [freshTag, freshDate] = [headerOf(answer, 'etag'), headerOf(answer, 'last-modified')];
    const tag = { ...(freshTag ? { etag: freshTag } : {}), ...(freshDate ? { modified: freshDate } : {}) };
    return { answer, tag };
  };
  return openPolledCalendar({ ...options, ask, source: 'ical', place });
}

import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { HallNow, LectureNow } from '../agents/halls.ts';
import { pageOf, type Seen } from './frame.ts';
import { html, type Html } from './html.ts';
import { stateWords, textsIn } from './pages-texts.ts';
import { told, type Reader } from './reader.ts';
import { clockIn, momentIn } from './times.ts';

/** Gives the time zone of a hall, by the name of its agent. */
export type ZoneOf = (agent: string) => Zone;

/** Page of what each hall does now; times are in the time zone of each hall. */
export function hallsPage(seen: Seen, halls: readonly HallNow[], zoneOf: ZoneOf): string {
  const { reader } = seen;
  const texts = textsIn(reader.language);
  const zones = new Set(halls.map(({ agent }) => zoneOf(agent ?? '').name));
  const [zone = zoneOf('').name] = zones;
  const showsZone = zones.size > 1;
  return pageOf(
    texts.halls,
    seen,
    html`<div class="title">
        <h1>${texts.halls}</h1>
        <a class="button quiet" href="/">${texts.refresh}</a>
      </div>
      <p class="away" role="status" data-away hidden>${texts.away}</p>
      <div class="stack" data-live>
        <ul class="halls">
          ${halls.map((hall) => hallCard(hall, reader, zoneOf(hall.agent ?? ''), showsZone))}
        </ul>
        ${halls.length === 0 && html`<p class="soft">${texts.noHall}</p>`}
        ${halls.length > 0 && !showsZone && html`<p class="soft small">${texts.zone(zone)}</p>`}
      </div>`,
  );
}

const LAMPS: ReadonlyMap<string, Html> = new Map([
  ['capturing', html`<circle class="fill" cx="12" cy="12" r="9" />`],
  ['idle', html`<circle class="line" cx="12" cy="12" r="8" />`],
  ['uploading', html`<path class="line" d="M12 19V5M6 11l6-6 6 6" />`],
]);
const NO_LAMP = html`<path class="line" d="M6 6l12 12M18 6L6 18" />`;

function hallCard(hall: HallNow, reader: Reader, zone: Zone, showsZone: boolean): Html {
  const { name, title, state, now, next, alarms, handOvers, previewUrl, url } = hall;
  const texts = textsIn(reader.language);
  const lecture = (one: LectureNow | null, words: typeof texts.at, at: 'startsAt' | 'endsAt'): string => {
    if (!one) return texts.nothing;
    const time = at === 'endsAt' ? clockIn(zone, one[at]) : momentIn(zone, one[at], reader.language);
    return words(one.title, time);
  };
  const links = [
    [previewUrl, texts.preview],
    [url, texts.box],
  ] as const;
  return html`<li class="card hall-card">
    <header>
      <h2>${title ?? name}</h2>
      <p class="state" data-state="${state === 'capturing' ? 'recording' : state}">
        <svg class="lamp" viewBox="0 0 24 24" aria-hidden="true">${LAMPS.get(state) ?? NO_LAMP}</svg
        >${stateWords(state, texts)}
      </p>
    </header>
    <dl>
      <dt>${texts.now}</dt>
      <dd>${lecture(now, texts.until, 'endsAt')}</dd>
      <dt>${texts.next}</dt>
      <dd>${lecture(next, texts.at, 'startsAt')}</dd>
      <dt>${texts.contact}</dt>
      <dd>
        ${ageOf(hall.lastContactAgeSeconds, texts)}${showsZone && html` <span class="soft">(${zone.name})</span>`}
      </dd>
    </dl>
    ${
      alarms.length > 0 &&
      html`<div>
        <h3>${texts.alarms}</h3>
        <ul class="alarms">
          ${alarms.map(({ text, level }) => html`<li data-level="${level ?? 'warning'}">${told(text, reader)}</li>`)}
        </ul>
      </div>`
    }
    ${
      handOvers.length > 0 &&
      html`<div>
        <h3>${texts.toCome}</h3>
        <ul>
          ${handOvers.map(({ recording, error }) => html`<li>${error ? texts.because(recording, told(error, reader)) : recording}</li>`)}
        </ul>
      </div>`
    }
    ${links.some(([to]) => isWeb(to)) && html`<p class="choices">${links.map(([to, words]) => isWeb(to) && html`<a href="${to}" aria-label="${words}, ${title ?? name}">${words}</a>`)}</p>`}
  </li>`;
}

/** Whether an address that an agent told is that of a web page: only those become links. */
const isWeb = (url: string | null): url is string => url !== null && /^https?:\/\//.test(url);

function ageOf(seconds: number | null, texts: ReturnType<typeof textsIn>): string {
  if (seconds === null) return texts.never;
  if (seconds < 120) return texts.secondsAgo(seconds);
  return seconds < 7200 ? texts.minutesAgo(Math.round(seconds / 60)) : texts.hoursAgo(Math.round(seconds / 3600));
}

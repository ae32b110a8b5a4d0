import type { Zone } from '@amphi/lib/calendar/zones/zoned-time.ts';
import type { KeptImport } from '../catalogue/imports/imports.ts';
import type { UndoneEvent, UndoReport } from '../timetable/undo-import.ts';
import { pageOf, type Seen } from './frame.ts';
import { html, type Html } from './html.ts';
import { textsIn } from './pages-texts.ts';
import { dayIn, momentIn } from './times.ts';

/** Page of all imports, the newest first; `undone` is the number of one that was undone just now. */
export function importsPage(
  seen: Seen,
  imports: readonly KeptImport[],
  zone: Zone,
  undone: number | undefined,
): string {
  const texts = textsIn(seen.reader.language);
  const heads = [texts.when, texts.by, texts.file, texts.did];
  return pageOf(
    texts.imports,
    seen,
    html`<div class="title">
        <h1>${texts.imports}</h1>
        <a class="button main" href="/imports/new">${texts.importFile}</a>
      </div>
      ${undone !== undefined && html`<p class="notice" role="status">${texts.undone(undone)}</p>`}
      ${imports.length === 0 && html`<p class="soft">${texts.noImport}</p>`}
      ${
        imports.length > 0 &&
        html`<div class="card">
          <table class="list">
            <thead>
              <tr>
                ${heads.map((head) => html`<th scope="col">${head}</th>`)}
                <td></td>
              </tr>
            </thead>
            <tbody>
              ${imports.map((one) => importRow(one, seen, zone))}
            </tbody>
          </table>
        </div>`
      }`,
  );
}

function importRow(one: KeptImport, { reader: { language } }: Seen, zone: Zone): Html {
  const texts = textsIn(language);
  const when = momentIn(zone, one.at.toISOString(), language);
  const { undone_at, undone_by } = one;
  const last = undone_at
    ? html`<span class="soft"
        >${texts.undoneBy(undone_by || texts.theServer, momentIn(zone, undone_at.toISOString(), language))}</span
      >`
    : html`<a class="button" href="/imports/${one.id}" aria-label="${texts.undoNamed(when)}">${texts.undo}</a>`;
  return html`<tr>
    <td>${when}</td>
    <td>${one.account ?? texts.theServer}</td>
    <td>${one.source || texts.noFile}</td>
    <td>${texts.counts(one.created, one.changed, one.cancelled, one.kept)}</td>
    <td>${last}</td>
  </tr>`;
}

interface Line {
  event: UndoneEvent;
  notes: readonly string[];
  /** Whether it was recorded: then its title leads to the editor. */
  isRecorded?: boolean;
}

/** Page that tells what undoing an import would do, with the button that does it. */
export function undoPage(seen: Seen, report: UndoReport): string {
  const { language } = seen.reader;
  const texts = textsIn(language);
  const { removed, restored, putBack, left, conflicts } = report;
  const placeOf = ({ date, start, end, hall }: UndoneEvent): string =>
    `${dayIn(date, language)} ${start}–${end}, ${hall}`;
  const since = (changed: boolean): string => (changed ? texts.changedSince : '');
  const part = (title: string, lines: readonly Line[]): Html | false =>
    lines.length > 0 &&
    html`<section>
      <h2>${title} (${lines.length})</h2>
      <ul class="rows">
        ${lines.map(
          ({ event, notes, isRecorded }) =>
            html`<li>
              <span
                >${isRecorded ? html`<a href="/editor?event=${encodeURIComponent(event.id)}">${event.title}</a>` : event.title}${notes.filter(Boolean).map((note) => html` <span class="soft">(${note})</span>`)}</span
              ><span>${placeOf(event)}</span>
            </li>`,
        )}
      </ul>
    </section>`;
  const isNothing = removed.length + restored.length + putBack.length === 0;
  return pageOf(
    texts.undoTitle(report.import.id),
    seen,
    html`<div class="title">
        <h1>${texts.undoTitle(report.import.id)}</h1>
        <a class="button quiet" href="/imports">${texts.back}</a>
      </div>
      ${conflicts.length > 0 && html`<p class="notice trouble" role="alert">${texts.inTheWayAbout}</p>`}
      <div class="card stack">
        <p>${isNothing ? texts.nothingToUndo : texts.undoAbout}</p>
        ${part(
          texts.inTheWay,
          conflicts.map((event) => ({ event, notes: [] })),
        )}
        ${part(
          texts.removed,
          removed.map((event) => ({ event, notes: [since(event.changedSince)] })),
        )}
        ${part(
          texts.restored,
          restored.map((event) => ({ event, notes: [texts.was(placeOf(event.was)), since(event.changedSince)] })),
        )}
        ${part(
          texts.putBack,
          putBack.map((event) => ({ event, notes: [] })),
        )}
        ${part(
          texts.left,
          left.map((event) => ({ event, notes: [texts[event.why]], isRecorded: event.why === 'recorded' })),
        )}
        ${hallsOf(report.halls, texts)}
        ${!isNothing && conflicts.length === 0 && html`<form method="post" action="/imports/${report.import.id}/undo"><button class="button danger">${texts.undoNow}</button></form>`}
      </div>`,
  );
}

/** Lists of the halls that an import made: those that go, and those that stay. */
const hallsOf = ({ removed, left }: UndoReport['halls'], texts: ReturnType<typeof textsIn>): (Html | false)[] => [
  names(texts.hallsRemoved, removed),
  names(
    texts.hallsLeft,
    left.map(({ hall, why }) => `${hall} (${texts.hallStays(why)})`),
  ),
];

/** Names below a heading; nothing if there are none. */
const names = (title: string, all: readonly string[]): Html | false =>
  all.length > 0 &&
  html`<section>
    <h2>${title} (${all.length})</h2>
    <ul class="rows">
      ${all.map((name) => html`<li>${name}</li>`)}
    </ul>
  </section>`;

/** A page that says why something cannot be done. */
export function troublePage(seen: Seen, why: string): string {
  const texts = textsIn(seen.reader.language);
  return pageOf(
    texts.trouble,
    seen,
    html`<div class="title"><h1>${texts.trouble}</h1></div>
      <p class="notice trouble" role="alert">${why}</p>`,
  );
}

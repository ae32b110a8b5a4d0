import type { Change, ImportReport } from '../timetable/import/report.ts';
import { pageOf, type Seen } from './frame.ts';
import { html, type Html } from './html.ts';
import { textsIn } from './pages-texts.ts';
import { told } from './reader.ts';
import { dayIn } from './times.ts';

/** Choices of an import on the page; each is a checkbox. */
export const WISHES = ['createHalls', 'cancelMissing', 'restore'] as const;
export type Wish = (typeof WISHES)[number];

/** Lines of a list that are shown; of further ones only their number is given. */
const SHOWN = 500;
const KINDS = '.csv,.txt,.ics,.ical,.xlsx,.xls,.ods,text/csv,text/calendar';

/** Page on which a file is chosen. `why`: reason why the file before, `tried`, is no timetable. */
export function chooseFile(seen: Seen, wishes: ReadonlySet<Wish>, why?: string, tried?: Tried): string {
  const texts = textsIn(seen.reader.language);
  const tick = (wish: Wish): Html =>
    html`<div class="field tick">
      <input type="checkbox" id="${wish}" name="${wish}" value="true" ${wishes.has(wish) ? html`checked` : ''} /><label
        for="${wish}"
        >${texts[wish]}</label
      >
    </div>`;
  return pageOf(
    texts.importFile,
    tried ? { ...seen, keptIn: TRIED } : seen,
    html`<div class="title">
        <h1>${texts.importFile}</h1>
        <a class="button quiet" href="/imports">${texts.back}</a>
      </div>
      ${why !== undefined && html`<p class="notice trouble" role="alert">${why}</p>`}
      <form class="card stack" method="post" action="/imports/new" enctype="multipart/form-data">
        <p>${texts.importAbout}</p>
        <div class="field">
          <label for="file">${texts.file}</label><input type="file" id="file" name="file" required accept="${KINDS}" />
        </div>
        ${WISHES.map(tick)}
        <p><button class="button main">${texts.tryIt}</button></p>
      </form>
      ${tried && html`<form id="${TRIED}" method="post" action="/imports/new">${fieldsOf(tried)}</form>`}`,
  );
}

/** File that was tried: its name, its content as base64, and the choices that were made. */
export interface Tried {
  source: string;
  content: string;
  wishes: ReadonlySet<Wish>;
}

/** Page that tells what importing a file would do, with the button that does it. */
export function tryPage(seen: Seen, report: ImportReport, tried: Tried): string {
  const texts = textsIn(seen.reader.language);
  const { counts, changes, mistakes, conflicts } = report;
  const refused = mistakes.length + conflicts.length > 0;
  return pageOf(
    texts.importFile,
    { ...seen, keptIn: TRIED },
    html`<div class="title">
        <h1>${texts.because(texts.importFile, tried.source || texts.noFile)}</h1>
        <a class="button quiet" href="/imports/new">${texts.otherFile}</a>
      </div>
      ${refused && html`<p class="notice trouble" role="alert">${texts.importRefused}</p>`}
      <div class="card stack">
        <p>${texts.counts(counts.created, counts.changed, counts.cancelled, counts.unchanged)}</p>
        ${listsOf(seen, report)}
        ${changes.length === 0 && !refused && html`<p class="soft">${texts.nothingToImport}</p>`}
        <form id="${TRIED}" method="post" action="/imports/new">
          ${fieldsOf(tried)}
          ${changes.length > 0 && !refused && html`<button class="button main" name="confirmed" value="true">${texts.importNow}</button>`}
        </form>
      </div>`,
  );
}

/** Id of the form with the file that was tried; choices of language and theme send it too. */
const TRIED = 'tried';

const fieldsOf = ({ source, content, wishes }: Tried): Html =>
  html`<input type="hidden" name="source" value="${source}" />
    <input type="hidden" name="content" value="${content}" />
    ${[...wishes].map((wish) => html`<input type="hidden" name="${wish}" value="true" />`)}`;

interface Place {
  title: string;
  date: string;
  start: string;
  end: string;
  hall: string;
}

/** Lists of a report, each kind under its own heading. */
function listsOf({ reader }: Seen, report: ImportReport): (Html | false)[] {
  const { language } = reader;
  const texts = textsIn(language);
  const at = ({ date, start, end, hall }: Omit<Place, 'title'>): string =>
    `${dayIn(date, language)} ${start}–${end}, ${hall}`;
  const list = (title: string, all: readonly (string | Html)[]): Html | false =>
    all.length > 0 &&
    html`<section>
      <h2>${title} (${all.length})</h2>
      <ul class="rows">
        ${all.slice(0, SHOWN).map((one) => html`<li>${one}</li>`)}
        ${all.length > SHOWN && html`<li class="soft">${texts.andMore(all.length - SHOWN)}</li>`}
      </ul>
    </section>`;
  const wrong = ({ line, message }: { line: number; message: string }): string =>
    texts.because(texts.line(line), told(message, reader));
  const named = (one: Place): Html => html`<span>${one.title}</span><span>${at(one)}</span>`;
  const changed = (what: Change['what']): Html[] =>
    report.changes
      .filter((one) => one.what === what)
      .map((one) => {
        const was = one.was && html` <span class="soft">(${texts.was(at(one.was))})</span>`;
        return html`<span>${one.title}${was}</span><span>${at(one)}</span>`;
      });
  const notes = report.notes.map((note) => told(note, reader));
  const halls = report.newHalls.map(({ agentId }) => agentId);
  const series = report.newSeries.map(({ title }) => title);
  return [
    list(texts.mistakes, report.mistakes.map(wrong)),
    list(texts.inTheWay, report.conflicts.map(wrong)),
    list(texts.notes, notes),
    list(texts.newHalls, halls),
    list(texts.newSeries, series),
    list(texts.created, changed('created')),
    list(texts.changed, changed('changed')),
    list(texts.cancelled, changed('cancelled')),
    list(texts.missing, report.missing.map(named)),
    list(texts.byHand, report.cancelledByHand.map(named)),
  ];
}

import type { Who } from '../identity/who.ts';
import { html, type Html } from './html.ts';
import { textsIn } from './pages-texts.ts';
import { nextTheme, otherLanguage, type Reader } from './reader.ts';
import { STYLE_PATH, SCRIPT_PATH } from './assets.ts';

/** Reader and path that every page gets. */
export interface Seen {
  reader: Reader;
  /** Path of the page, to come back to after a choice of language or theme. */
  path: string;
  /** Account that is signed in; undefined: none is. */
  who?: Who | undefined;
  /**
   * Id of a form on the page that a choice of language or theme is sent with, so that the page comes again with what it
   * shows; undefined: the page comes again from its path.
   */
  keptIn?: string;
}

const WAYS = [
  ['/', 'halls'],
  ['/imports', 'imports'],
] as const;

/** Whole page: head, navigation and content for an account that is signed in; only the content for others. */
export function pageOf(title: string, seen: Seen, content: Html): string {
  const { reader, who } = seen;
  const { language, theme } = reader;
  const texts = textsIn(language);
  const body = who ? framed(seen, who, content) : html`<main class="door">${content}${choices(seen)}</main>`;
  return html`<!doctype html>
    <html lang="${language}" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · ${texts.server}</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
        <script type="module" src="${SCRIPT_PATH}"></script>
      </head>
      <body>
        ${body}
      </body>
    </html>`.text;
}

function framed(seen: Seen, { role }: Who, content: Html): Html {
  const texts = textsIn(seen.reader.language);
  const place = WAYS.find(([path]) => (path === '/' ? /^\/(\?|$)/.test(seen.path) : seen.path.startsWith(path)))?.[0];
  const ways = WAYS.filter(([path]) => path === '/' || role === 'admin' || role === 'scheduler');
  return html`<div class="frame">
    <a class="button skip" href="#content">${texts.skip}</a>
    <header class="head">
      <p class="hall">${texts.server}</p>
      ${choices(seen)}
    </header>
    <nav class="ways" aria-label="${texts.pages}">
      <ul>
        ${ways.map(
          ([path, name]) =>
            html`<li><a href="${path}" ${path === place ? html` aria-current="page"` : ''}>${texts[name]}</a></li>`,
        )}
      </ul>
    </nav>
    <main id="content" tabindex="-1">${content}</main>
  </div>`;
}

const SUN = {
  auto: html`<path class="fill" d="M12 4a8 8 0 0 1 0 16z" />`,
  dark: html`<circle class="fill" cx="12" cy="12" r="8" />`,
  light: '',
};

/** Links to change language and theme, and to sign out. */
function choices(seen: Seen): Html {
  const { reader, who } = seen;
  const texts = textsIn(reader.language);
  const other = otherLanguage(reader);
  const label = texts.because(texts.theme, texts[reader.theme]);
  return html`<div class="choices">
    ${choiceIn(
      seen,
      (form) =>
        html`<button class="button quiet language" ${form} name="language" value="${other}" lang="${other}">
          ${texts.other}
        </button>`,
    )}
    ${choiceIn(
      seen,
      (form) =>
        html`<button
          class="button quiet theme"
          ${form}
          name="theme"
          value="${nextTheme(reader)}"
          aria-label="${label}"
          title="${label}"
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle class="line" cx="12" cy="12" r="8" />
            ${SUN[reader.theme]}
          </svg>
        </button>`,
    )}
    ${who && html`<form method="post" action="/sign-out"><button class="button quiet">${texts.signOut}</button></form>`}
  </div>`;
}

/** The button of a choice: in a form of its own that comes back to the path, or part of the form that keeps the page. */
const choiceIn = ({ path, keptIn }: Seen, button: (form: Html | '') => Html): Html =>
  keptIn === undefined
    ? html`<form method="post" action="/preferences">
        <input type="hidden" name="back" value="${path}" />
        ${button('')}
      </form>`
    : html`<div>${button(html` form="${keptIn}"`)}</div>`;

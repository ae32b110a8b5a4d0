import type { PlayerLecture, PlayerPicture } from '../publication/player.ts';
import { pageOf, type Seen } from './frame.ts';
import { html, type Html } from './html.ts';
import { textsIn } from './pages-texts.ts';
import { dayIn } from './times.ts';

/** What a page of a lecture is made of. */
export interface PlayPage {
  lecture: PlayerLecture;
  /** Picture that is asked for; undefined: the camera, else the first one. */
  view: string | undefined;
  /** Whether whoever reads it may edit the lecture. */
  mayEdit: boolean;
  /** Path of the page, with its token if it has one, for links to the other pictures. */
  linkTo: (view: string) => string;
}

/** Page with the film of a lecture, its captions and chapters, its other pictures, and what can be loaded. */
export function playPage(seen: Seen, { lecture, view, mayEdit, linkTo }: PlayPage): string {
  const { language } = seen.reader;
  const texts = textsIn(language);
  const { id, title, series, creators, startsAt, description, pictures, downloads } = lecture;
  const shown = shownPicture(pictures, view);
  const facts = [creators.join(', '), series?.title, startsAt && dayIn(startsAt.slice(0, 10), language)].filter(
    Boolean,
  );
  return pageOf(
    title,
    seen,
    html`<div class="title">
        <h1>${title}</h1>
        ${mayEdit && html`<a class="button main" href="/editor?event=${encodeURIComponent(id)}">${texts.edit}</a>`}
      </div>
      <div class="stack play">
        ${facts.length > 0 && html`<p class="soft">${facts.join(' · ')}</p>`} ${mediaOf(lecture, shown)}
        ${
          pictures.length > 1 &&
          html`<p class="choices">
            ${pictures.map(
              ({ name }) =>
                html`<a class="button" href="${linkTo(name)}" ${name === shown?.name ? html` aria-current="true"` : ''}
                  >${pictureName(name, texts)}</a
                >`,
            )}
          </p>`
        }
        ${description !== '' && html`<p>${description}</p>`}
        ${
          downloads.length > 0 &&
          html`<details>
            <summary>${texts.downloads}</summary>
            <ul class="rows">
              ${downloads.map(({ url, fileName, flavor }) => html`<li><a href="${url}">${fileName}</a><span class="soft">${flavor}</span></li>`)}
            </ul>
          </details>`
        }
      </div>`,
  );
}

/** The picture that is asked for, else that of the camera, else the first one. */
const shownPicture = (pictures: readonly PlayerPicture[], view: string | undefined): PlayerPicture | undefined =>
  pictures.find(({ name }) => name === view) ?? pictures.find(({ name }) => name === 'presenter') ?? pictures[0];

/** Lines of the picture that is played, at most: larger ones can be loaded. */
const MOST_LINES = 1080;

function mediaOf({ sounds, cover, captions, chapters }: PlayerLecture, shown: PlayerPicture | undefined): Html {
  const file = shown?.files.find(({ heightPx }) => (heightPx ?? 0) <= MOST_LINES) ?? shown?.files.at(-1);
  const sources = [...(file ? [file] : []), ...(shown?.streams ?? [])];
  if (sources.length === 0) return html`<audio controls preload="metadata" src="${sounds[0]?.url ?? ''}"></audio>`;
  const isVtt = ({ mimeType }: { mimeType: string }): boolean => mimeType.startsWith('text/vtt');
  return html`<video controls playsinline preload="metadata" ${cover !== null && html` poster="${cover}"`}>
    ${sources.map(({ url, mimeType }) => html`<source src="${url}" type="${mimeType}" />`)}
    ${captions
      .filter(isVtt)
      .map(
        ({ url, language }) =>
          html`<track kind="captions" src="${url}" srclang="${language ?? 'und'}" label="${language ?? 'CC'}" />`,
      )}
    ${chapters.filter(isVtt).map(({ url }) => html`<track kind="chapters" src="${url}" />`)}
  </video>`;
}

function pictureName(name: string, texts: ReturnType<typeof textsIn>): string {
  if (name === 'presenter') return texts.presenter;
  return name === 'presentation' ? texts.presentation : name;
}

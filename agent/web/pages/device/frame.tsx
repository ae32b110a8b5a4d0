import type { VNode } from 'preact';
import { LanguageSwitch, ThemeSwitch } from '../shared/preferences.tsx';
import { said as common } from '../shared/said.ts';
import { useDesk } from './desk.ts';
import { Layouts } from './layouts/layouts.tsx';
import { Now } from './now/now.tsx';
import { Recordings } from './recordings/recordings.tsx';
import { hrefOf, PLACES, whereabouts, type Place } from './route.ts';
import { said } from './said.ts';
import { Settings } from './settings/settings.tsx';
import { StateLine } from './state-line.tsx';

const VIEWS: Partial<Record<Place, () => VNode | null>> = {
  now: Now,
  layouts: Layouts,
  recordings: Recordings,
  settings: Settings,
};

/** Head, way through the pages, and the page. */
export function Frame() {
  const { box, session, signOut } = useDesk();
  const hall = box.state.value?.wanted.hall;
  const { place } = whereabouts.value;
  const View = VIEWS[place] ?? Now;
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {said.skip}
      </a>
      <header class="head">
        <p class="hall">{hall ?? 'Amphi'}</p>
        <StateLine />
        <div class="choices">
          <LanguageSwitch />
          <ThemeSwitch />
          {!session.open && (
            <button type="button" class="button quiet" onClick={() => void signOut()}>
              {said.signOut}
            </button>
          )}
        </div>
      </header>
      <nav class="ways" aria-label={said.pages}>
        <ul>
          {PLACES.filter((one) => VIEWS[one]).map((one) => (
            <li key={one}>
              <a href={hrefOf(one)} aria-current={one === place ? 'page' : undefined}>
                {said[one]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="content" tabIndex={-1}>
        {box.link.value === 'away' && (
          <p class="away" role="alert">
            {common.away}
          </p>
        )}
        {hall === undefined ? <p class="soft">{said.connecting}</p> : <View />}
      </main>
    </div>
  );
}

import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { LanguageSwitch, ThemeSwitch } from '#lib/pages/preferences.tsx';
import { texts as common } from '../shared/shared-texts.ts';
import { usePage } from './page-context.ts';
import { useCurrentInView } from './in-view.ts';
import { Layouts } from './layouts/layouts.tsx';
import { Now } from './now/now.tsx';
import { Recordings } from './recordings/recordings.tsx';
import { hrefOf, WAYS, whereabouts, type Place } from './route.ts';
import { texts } from './device-texts.ts';
import { SchedulePage } from './schedule/schedule.tsx';
import { Settings } from './settings/settings.tsx';
import { Start } from './start/steps.tsx';
import { StateLine } from './state-line.tsx';
import { UnsavedDialog } from './unsaved.tsx';

const VIEWS: Record<Place, () => VNode | null> = {
  now: Now,
  layouts: Layouts,
  schedule: SchedulePage,
  recordings: Recordings,
  settings: Settings,
  start: Start,
};

/** Shows the hall, and whether it records, in the title of the browser tab. */
function useTitle(): void {
  const { box } = usePage();
  const hall = box.state.value?.wanted.hall ?? 'Amphi';
  const isOn = box.recording.value?.state === 'recording';
  useEffect(() => void (document.title = `${isOn ? '● ' : ''}${hall}`), [hall, isOn]);
}

/** Opens the wizard on a box that still has the password of its first start. */
function useFirstStart(): void {
  const { api, session } = usePage();
  useEffect(() => {
    if (session.access !== 'admin' || location.hash !== '') return;
    void api.get<{ first: boolean }>('/accounts').then(({ value }) => {
      if (value?.first && location.hash === '') location.hash = hrefOf('start');
    });
  }, []);
}

/** The frame of every page: its head, the links to the pages, and the page itself. */
export function Frame() {
  const { box, session, signOut } = usePage();
  const hall = box.state.value?.wanted.hall;
  const { place } = whereabouts.value;
  const View = VIEWS[place];
  useFirstStart();
  useTitle();
  const ways = useCurrentInView(place);
  return (
    <div class="frame">
      <button
        type="button"
        class="button skip"
        onClick={() => document.querySelector<HTMLElement>('#content')?.focus()}
      >
        {texts.skip}
      </button>
      <header class="head">
        <p class="hall">{hall ?? 'Amphi'}</p>
        <StateLine />
        <div class="choices">
          <LanguageSwitch />
          <ThemeSwitch />
          {!session.open && (
            <button type="button" class="button quiet" onClick={() => void signOut()}>
              {texts.signOut}
            </button>
          )}
        </div>
      </header>
      <nav ref={ways} class="ways" aria-label={texts.pages}>
        <ul>
          {WAYS.filter((one) => one !== 'settings' || session.access === 'admin').map((one) => (
            <li key={one}>
              <a href={hrefOf(one)} aria-current={one === place ? 'page' : undefined}>
                {texts[one]}
              </a>
            </li>
          ))}
          {session.access === 'admin' && (
            <li>
              <a href="/api">{texts.apiReference}</a>
            </li>
          )}
        </ul>
      </nav>
      <main id="content" tabIndex={-1}>
        {box.link.value === 'away' && (
          <p class="away" role="alert">
            {common.away}
          </p>
        )}
        {hall === undefined ? <p class="soft">{texts.connecting}</p> : <View />}
      </main>
      <UnsavedDialog />
    </div>
  );
}

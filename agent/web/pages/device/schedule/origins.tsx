import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { timeOfDay } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { texts } from './schedule-texts.ts';
import type { Check, Schedule } from './types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { told } from '../../shared/told.ts';

/** The sources of the timetable, and whether they could be read. */
export function Origins({
  schedule: { sources, server },
  onRefreshed,
}: {
  schedule: Schedule;
  onRefreshed: () => void;
}) {
  const { api, session } = usePage();
  const refresh = async (): Promise<void> => {
    if (orTell(await api.send('POST', '/schedule/refresh'), texts.refreshed)) onRefreshed();
  };
  return (
    <section class="card" aria-labelledby="origins">
      <h2 id="origins">{texts.sources}</h2>
      {sources.length === 0 && <p class="soft">{texts.noSources}</p>}
      <ul class="rows narrow">
        {sources.map(({ name, place, goodAtMs, error, said, events, complaints }) => (
          <li key={name}>
            <span>
              {nameOf(name)} {name !== 'box' && <span class="soft small">{place}</span>}
            </span>
            <span class="soft small">
              {texts.events(events)}
              {goodAtMs !== undefined && ` · ${texts.good(timeOfDay(goodAtMs))}`}
            </span>
            {error && <p class="mistake">{told(error, said)}</p>}
            {complaints.map(({ uid, text, said: what }) => (
              <p key={`${uid} ${text}`} class="small soft">
                {told(text, what)}
              </p>
            ))}
          </li>
        ))}
      </ul>
      {sources.length > 0 && (
        <div class="choices">
          <Button onPress={refresh}>{texts.refresh}</Button>
        </div>
      )}
      {server && session.access === 'admin' && <ServerTest />}
    </section>
  );
}

/** Tries the server as the box uses it, and tells what fails. */
export function ServerTest() {
  const { api } = usePage();
  const checks = useSignal<readonly Check[]>([]);
  const test = async (): Promise<void> => {
    checks.value = orTell(await api.send<{ checks: Check[] }>('POST', '/schedule/check'))?.checks ?? [];
  };
  return (
    <div class="form">
      <div>
        <Button onPress={test}>{texts.check}</Button>
      </div>
      <Checks checks={checks.value} />
    </div>
  );
}

/** The results of the checks of a server, in the order in which the box uses it. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <ul class="checks" aria-live="polite">
      {checks.map(({ what, ok, text, said }) => (
        <li key={what} data-ok={ok}>
          <strong>{ok ? '✓' : '✗'}</strong> {told(text, said)}
        </li>
      ))}
    </ul>
  );
}

/**
 * The name of a source. The two that every box has are named by what they are, others by the name that they were given.
 */
function nameOf(name: string): string {
  if (name === 'box') return texts.box;
  return name === 'files' ? texts.files : name;
}

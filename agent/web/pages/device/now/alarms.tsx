import { timeOfDay } from '#lib/pages/format.ts';
import { language } from '#lib/pages/words.ts';
import { told } from '../../shared/told.ts';
import { usePage } from '../page-context.ts';
import { adviceFor, titleOf } from './advice.ts';
import { alarmGroups } from './alarm-groups.ts';
import { texts } from './now-texts.ts';

/** The alarms, the gravest first, with advice. */
export function Alarms() {
  const { box } = usePage();
  const groups = alarmGroups(box.state.value?.seen.alarms ?? []);
  return (
    <section class="card alarms" aria-labelledby="alarms">
      <h2 id="alarms">{texts.alarms}</h2>
      {groups.length === 0 && <p class="soft">{texts.noAlarms}</p>}
      <ul aria-live="polite" hidden={groups.length === 0}>
        {groups.map(({ name, level, sinceMs, alarms }) => (
          <li key={name} data-level={level}>
            <p>
              <strong>{titleOf(name, language.value)}</strong>{' '}
              <span class="soft small">{texts.since(timeOfDay(sinceMs))}</span>
            </p>
            {alarms.map(({ about, text, said }) => (
              <p key={about} class="small">
                {told(text, said)}
              </p>
            ))}
            <p class="small soft">{adviceFor(name, language.value)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

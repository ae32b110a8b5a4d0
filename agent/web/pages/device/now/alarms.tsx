import { timeOfDay } from '#lib/pages/format.ts';
import { language } from '#lib/pages/words.ts';
import { usePage } from '../page-context.ts';
import { adviceFor, titleOf } from './advice.ts';
import { texts } from './now-texts.ts';

/** What is wrong, and what to do about it. */
export function Alarms() {
  const { box } = usePage();
  const alarms = box.state.value?.seen.alarms ?? [];
  return (
    <section class="card alarms" aria-labelledby="alarms">
      <h2 id="alarms">{texts.alarms}</h2>
      {alarms.length === 0 && <p class="soft">{texts.noAlarms}</p>}
      <ul aria-live="polite" hidden={alarms.length === 0}>
        {alarms.map(({ name, about, level, text, sinceMs }) => (
          <li key={`${name} ${about}`} data-level={level}>
            <p>
              <strong>{titleOf(name, language.value)}</strong>{' '}
              <span class="soft small">{texts.since(timeOfDay(sinceMs))}</span>
            </p>
            <p class="small">{text}</p>
            <p class="small soft">{adviceFor(name, language.value)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

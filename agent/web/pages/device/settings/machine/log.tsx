import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { dateTime, shortDay, timeWithSeconds } from '#lib/pages/format.ts';
import { usePage } from '../../page-context.ts';
import { gathered, type LogLine } from './log-lines.ts';
import { texts } from '../settings-texts.ts';
import { orTell } from '../../../shared/tell-trouble.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';
type Line = LogLine<Level>;
const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];
/** Time after the last letter of the search until the log is read. */
const PAUSE_MS = 300;

/** The log of the box, the newest line first. */
export function LogPage() {
  const { api } = usePage();
  const level = useSignal<Level>('info');
  const text = useSignal('');
  const lines = useSignal<readonly Line[] | undefined>(undefined);
  const look = async (): Promise<void> => {
    const query = new URLSearchParams({ level: level.value, text: text.value });
    lines.value = orTell(await api.get<{ lines: Line[] }>(`/log?${query}`))?.lines ?? lines.value;
  };
  useEffect(() => {
    const timer = setTimeout(() => void look(), lines.value ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [level.value, text.value]);
  return (
    <div class="form">
      <div class="columns">
        <ChoiceField
          label={texts.level}
          value={level.value}
          choices={LEVELS.map((value) => ({ value, text: texts[value] }))}
          onChoice={(value) => void (level.value = value)}
        />
        <TextField
          label={texts.filter}
          type="search"
          value={text.value}
          onText={(value) => void (text.value = value)}
        />
      </div>
      <div class="choices">
        <Button onPress={look}>{texts.refresh}</Button>
        <a class="button" href="/api/v1/log.txt" download>
          {texts.downloadLog}
        </a>
      </div>
      {lines.value?.length === 0 && <p class="soft">{texts.noLines}</p>}
      <ol class="log" aria-live="off">
        {gathered(lines.value ?? []).map((line, index) => (
          <li key={`${line.atMs} ${index}`} data-level={line.level}>
            <time class="soft" title={dateTime(line.atMs)}>
              {shortDay(line.atMs)} {timeWithSeconds(line.atMs)}
            </time>
            <span>
              <strong>{line.level}</strong> {line.text} {line.count > 1 && <b class="badge">× {line.count}</b>}{' '}
              <code>{factsOf(line.facts)}</code>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

const factsOf = (facts: Record<string, unknown>): string =>
  Object.entries(facts)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

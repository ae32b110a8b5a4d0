import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dateTime, duration } from '#lib/pages/format.ts';
import { tell } from '#lib/pages/toasts.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { wallClock } from '../schedule/week.ts';
import { ZoneField } from '../settings/machine/zone-field.tsx';
import { usePage } from '../page-context.ts';
import { useSave } from './step-context.ts';
import { texts } from './start-texts.ts';
import { useMachine } from './use-machine.ts';

/** Difference of the clocks from which on it is reported: schedules would go wrong. */
const AGREE_MS = 3000;
/** Minutes that the clock of a zone is ahead of UTC at a moment. */
function offsetOf(zone: string, atMs: number): number {
  const { year, month, day, hour, minute } = wallClock(atMs, zone);
  return Date.UTC(year, month - 1, day, hour, minute) / 60_000 - Math.floor(atMs / 60_000);
}

/** The clock of the box, compared with that of the browser. */
export function TimeStep() {
  const { api } = usePage();
  const machine = useMachine();
  const asideMs = useSignal<number | undefined>(undefined);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const sentMs = Date.now();
      const { value } = await api.get<{ nowMs: number }>('/status');
      // The box read its clock at some time between request and answer; the middle is assumed.
      if (value) asideMs.value = value.nowMs - (sentMs + Date.now()) / 2;
    };
    void look();
    const timer = setInterval(() => void look(), 2000);
    return () => clearInterval(timer);
  }, []);
  if (asideMs.value === undefined || !machine) return null;
  const agrees = Math.abs(asideMs.value) < AGREE_MS;
  const browser = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const sameZone = offsetOf(browser, Date.now()) === offsetOf(machine.timeZone, Date.now());
  return (
    <div class="form">
      <dl class="facts-list">
        <div>
          <dt>{texts.timeNow}</dt>
          <dd>
            <time>{dateTime(Date.now() + asideMs.value, machine.timeZone)}</time>
          </dd>
        </div>
        <div>
          <dt>{texts.zone}</dt>
          <dd>{machine.timeZone}</dd>
        </div>
        <div>
          <dt>{texts.timeServers}</dt>
          <dd>
            {machine.timeServers.join(', ') || '—'} <span class="soft small">{texts.timeServersHelp}</span>
          </dd>
        </div>
      </dl>
      {!sameZone && (
        <p class="mistake" role="alert">
          {texts.zonesDiffer(machine.timeZone, browser)}
        </p>
      )}
      <ZoneForm now={machine.timeZone} wish={sameZone ? machine.timeZone : browser} />
      <p class={agrees ? 'good' : 'mistake'}>
        {agrees ? `✓ ${texts.clocksAgree}` : texts.clocksDiffer(duration(Math.abs(asideMs.value)))}
      </p>
    </div>
  );
}

/** The form for another zone, which counts after a restart. */
function ZoneForm({ now, wish }: { now: string; wish: string }) {
  const { api } = usePage();
  const zone = useSignal(wish);
  const fixed = useSignal(false);
  useEffect(() => {
    void api.get<{ fixed: string[] }>('/machine/settings').then(({ value }) => {
      fixed.value = value?.fixed.includes('timeZone') ?? false;
    });
  }, []);
  useSave(async () => {
    if (fixed.value || zone.value === now) return true;
    const kept = await api.send('PATCH', '/machine/settings', { given: { timeZone: zone.value } });
    if (orTell(kept) === undefined) return false;
    if (orTell(await api.send('POST', '/restart'))) tell('done', texts.zoneKept);
    return true;
  });
  if (fixed.value) return <p class="soft">{texts.zoneFixed}</p>;
  return <ZoneField label={texts.zoneNew} value={zone.value} onZone={(chosen) => void (zone.value = chosen)} />;
}

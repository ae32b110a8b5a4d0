import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { dateTime, duration } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { texts } from './start-texts.ts';
import { useMachine } from './use-machine.ts';

/** Further apart than this, and schedules go wrong. */
const AGREE_MS = 3000;

/** The clock of the box, beside the one of whoever looks. */
export function TimeStep() {
  const { api } = usePage();
  const machine = useMachine();
  const asideMs = useSignal<number | undefined>(undefined);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const sentMs = Date.now();
      const { value } = await api.get<{ nowMs: number }>('/status');
      // The box looked at its clock somewhere between.
      if (value) asideMs.value = value.nowMs - (sentMs + Date.now()) / 2;
    };
    void look();
    const timer = setInterval(() => void look(), 2000);
    return () => clearInterval(timer);
  }, []);
  if (asideMs.value === undefined || !machine) return null;
  const agrees = Math.abs(asideMs.value) < AGREE_MS;
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
      </dl>
      <p class={agrees ? 'good' : 'mistake'}>
        {agrees ? `✓ ${texts.clocksAgree}` : texts.clocksDiffer(duration(Math.abs(asideMs.value)))}
      </p>
    </div>
  );
}

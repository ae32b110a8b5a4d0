import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bytes, duration, number, percent } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { texts } from './now-texts.ts';

interface MachineNow {
  cpuPercent: number;
  memory: { totalBytes: number; freeBytes: number };
  celsius: number;
  uptimeS: number;
}
const EVERY_MS = 4000;

function useMachine(): MachineNow | undefined {
  const { api } = usePage();
  const now = useSignal<MachineNow | undefined>(undefined);
  useEffect(() => {
    const look = async (): Promise<void> => {
      if (!document.hidden) now.value = (await api.get<MachineNow>('/machine')).value ?? now.value;
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return now.value;
}

/** How the box itself fares. */
export function Machine() {
  const { box } = usePage();
  const machine = useMachine();
  const frames = box.state.value?.seen.frames;
  if (!frames) return null;
  return (
    <section class="card" aria-labelledby="machine">
      <h2 id="machine">{texts.machine}</h2>
      <ul class="rows">
        {machine && (
          <>
            <li>
              <span>{texts.cpu}</span>
              <span class="soft number">{percent(machine.cpuPercent / 100)}</span>
            </li>
            <li>
              <span>{texts.memory}</span>
              <span class="soft number">
                {texts.free(bytes(machine.memory.freeBytes))} / {bytes(machine.memory.totalBytes)}
              </span>
            </li>
            <li>
              <span>{texts.running}</span>
              <span class="soft number">{duration(machine.uptimeS * 1000)}</span>
            </li>
          </>
        )}
        <li>
          <span>{texts.pictures}</span>
          <span class="soft number">{number(frames.composed)}</span>
          <span class="soft small">{texts.late(number(frames.late), number(frames.dropped))}</span>
        </li>
      </ul>
    </section>
  );
}

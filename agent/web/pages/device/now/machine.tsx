import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bytes, duration, number, percent } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { FoldCard } from './fold-card.tsx';
import { texts } from './now-texts.ts';

interface MachineNow {
  cpuPercent: number;
  memory: { totalBytes: number; freeBytes: number };
  celsius: number;
}
/** Time between readings. */
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

/** The moment at which the box was started, on the clock of this browser. */
function useStart(): number | undefined {
  const { api } = usePage();
  const startedAtMs = useSignal<number | undefined>(undefined);
  useEffect(() => {
    void api.get<{ startedAtMs: number; nowMs: number }>('/status').then(({ value }) => {
      if (value) startedAtMs.value = Date.now() - (value.nowMs - value.startedAtMs);
    });
  }, []);
  return startedAtMs.value;
}

/** Load, memory and frame counts of the box. */
export function Machine() {
  const { box } = usePage();
  const machine = useMachine();
  const startedAtMs = useStart();
  const frames = box.state.value?.seen.frames;
  if (!frames) return null;
  return (
    <FoldCard id="machine" title={texts.machine}>
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
          </>
        )}
        {startedAtMs !== undefined && (
          <li>
            <span>{texts.running}</span>
            <span class="soft number">{duration(Math.floor((Date.now() - startedAtMs) / 60_000) * 60_000)}</span>
          </li>
        )}
        <li>
          <span>{texts.pictures}</span>
          <span class="soft number">{number(frames.composed)}</span>
          <span class="soft small">{texts.late(number(frames.late), number(frames.dropped))}</span>
        </li>
      </ul>
    </FoldCard>
  );
}

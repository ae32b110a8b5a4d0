import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { clock } from '#lib/pages/format.ts';
import { Lamp } from '#lib/pages/lamp.tsx';
import { texts } from '../shared/shared-texts.ts';
import { usePage } from './page-context.ts';

/** The state of the box in one line, at the head of every page. */
export function StateLine() {
  const { box } = usePage();
  const recording = box.recording.value;
  if (!recording) return <p class="state" />;
  // The state of a box that is not heard is unknown.
  if (box.link.value === 'away') return <p class="state unknown">{texts.unheard}</p>;
  return (
    <p class="state" data-state={recording.state}>
      <Lamp state={recording.state} />
      <span role="status">{texts[recording.state]}</span>
      {['recording', 'paused'].includes(recording.state) && <Elapsed />}
    </p>
  );
}

/** The time that the recording runs, counted on each second. */
export function Elapsed() {
  const { box } = usePage();
  const ms = useSignal(box.elapsedMs());
  useEffect(() => {
    const timer = setInterval(() => void (ms.value = box.elapsedMs()), 250);
    return () => clearInterval(timer);
  }, []);
  return <time>{clock(ms.value)}</time>;
}

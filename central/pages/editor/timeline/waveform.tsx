import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '@amphi/lib/pages/theme.ts';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { loadWave, type Wave } from './load-wave.ts';

/** The loudness of the sound, in the visible part; where nothing was drawn yet, a word. */
export function Waveform({ width }: { width: number }) {
  const { store } = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  const wave = useSignal<Wave | undefined>(undefined);
  const file = store.shown.waveforms[0];
  useEffect(() => {
    if (file) void loadWave(file).then((loaded) => void (wave.value = loaded));
  }, []);
  const { from, to } = store.view.value;
  const { frames } = store.pictures;
  const loaded = wave.value;
  // The machine may change from light to dark while the page is open.
  const darkens = useSignal(0);
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const change = (): void => void (darkens.value += 1);
    dark.addEventListener('change', change);
    return () => dark.removeEventListener('change', change);
  }, []);
  const look = `${theme.value} ${darkens.value}`;
  useEffect(() => {
    const { current } = canvas;
    if (!current || !loaded || width === 0) return;
    const scale = window.devicePixelRatio || 1;
    current.width = Math.round(width * scale);
    current.height = Math.round(current.clientHeight * scale);
    const pen = current.getContext('2d');
    if (!pen) return;
    loaded.draw(pen, { from: from / frames, to: to / frames });
    // The picture has a colour of its own: only its form counts.
    pen.globalCompositeOperation = 'source-in';
    pen.fillStyle = getComputedStyle(current).color;
    pen.fillRect(0, 0, current.width, current.height);
  }, [loaded, from, to, width, look]);
  return (
    <>
      <canvas ref={canvas} class="wave" aria-hidden="true" />
      {!file && <p class="no-wave soft">{texts.noWaveform}</p>}
    </>
  );
}

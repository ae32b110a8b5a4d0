import { useEditor } from '../editor-context.ts';
import type { Panel } from '../editor-store.ts';
import { texts } from '../editor-texts.ts';
import { CaptionsPanel } from './captions-panel.tsx';
import { ChaptersPanel } from './chapters-panel.tsx';
import { CoverPanel } from './cover-panel.tsx';
import { CutPanel } from './cut-panel.tsx';
import { DetailsPanel } from './details-panel.tsx';

const ALL: readonly Panel[] = ['cut', 'chapters', 'captions', 'cover', 'details'];
const PARTS = {
  cut: CutPanel,
  chapters: ChaptersPanel,
  captions: CaptionsPanel,
  cover: CoverPanel,
  details: DetailsPanel,
};

/** Lists and fields beside the film, one kind at a time. */
export function Panels() {
  const { store } = useEditor();
  const shown = store.panel.value;
  const Part = PARTS[shown];
  return (
    <section class="panels" aria-label={texts[shown]}>
      <nav class="choices" aria-label={texts.editor}>
        {ALL.map((one) => (
          <button
            key={one}
            type="button"
            class="button quiet"
            aria-pressed={one === shown}
            onClick={() => void (store.panel.value = one)}
          >
            {texts[one]}
          </button>
        ))}
      </nav>
      <div class="panel">
        <Part />
      </div>
    </section>
  );
}

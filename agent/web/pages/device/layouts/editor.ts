import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Layout } from '../../shared/api-types.ts';
import { changed, draftOf, drawn, itemsOf, type Draft, type Item } from './draft.ts';

/** The state that the parts of the layout editor share. */
export interface Editor {
  draft: Signal<Draft>;
  items: ReadonlySignal<readonly Item[]>;
  selected: ReadonlySignal<Item | undefined>;
  isSnapping: Signal<boolean>;
  isSafeShown: Signal<boolean>;
  keepsShape: Signal<boolean>;
  /** Replaces the layout; this can be undone. */
  draw(layout: Layout, select?: string): void;
  /** Changes the selected item. */
  change(change: Parameters<typeof changed>[2]): void;
}

/** Opens an editor with this layout. */
export function openEditor(layout: Layout): Editor {
  const draft = signal(draftOf(layout));
  const items = computed(() => itemsOf(draft.value.layout));
  const selected = computed(() => items.value.find(({ key }) => key === draft.value.selected));
  const draw = (next: Layout, select?: string): void => void (draft.value = drawn(draft.peek(), next, select));
  return {
    draft,
    items,
    selected,
    draw,
    isSnapping: signal(true),
    isSafeShown: signal(true),
    keepsShape: signal(true),
    change(change) {
      const { layout, selected: key } = draft.peek();
      if (key !== undefined) draw(changed(layout, key, change));
    },
  };
}

export const EditorContext = createContext<Editor | undefined>(undefined);

/** The editor that a component is in. Throws outside of one. */
export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('no layout is being drawn');
  return editor;
}

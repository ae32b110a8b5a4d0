import { useSignal, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { named } from '#lib/pages/words.ts';
import type { Rect } from '../../shared/api-types.ts';
import { changed, drawn, redone, undone, without, type Item } from './draft.ts';
import { useEditor, type Editor } from './editor.ts';
import { dragged, linesOf, nudged, SAFE, type Grip, type Moved } from './geometry.ts';
import { Inside } from './inside.tsx';
import { texts } from './layouts-texts.ts';

/** Handles around a selected thing, by their compass points. */
const GRIPS: readonly [name: string, grip: Grip][] = [
  ['nw', { left: true, top: true }],
  ['n', { top: true }],
  ['ne', { right: true, top: true }],
  ['e', { right: true }],
  ['se', { right: true, bottom: true }],
  ['s', { bottom: true }],
  ['sw', { left: true, bottom: true }],
  ['w', { left: true }],
];

export const partStyle = ({ x, y, width, height }: Rect): Record<string, string> => ({
  left: `${x * 100}%`,
  top: `${y * 100}%`,
  width: `${width * 100}%`,
  height: `${height * 100}%`,
});

/** The canvas on which a layout is drawn: everything on it can be moved and sized by mouse, touch and keys. */
export function Canvas() {
  const editor = useEditor();
  const { draft, items, isSafeShown } = editor;
  const canvas = useRef<HTMLDivElement>(null);
  const lines = useSignal<Moved['on']>({ x: [], y: [] });
  const { colour, image } = draft.value.layout.background;
  return (
    <div
      ref={canvas}
      class="canvas"
      role="group"
      aria-label={texts.canvas}
      style={{ backgroundColor: colour }}
      onPointerDown={(event) => event.target === canvas.current && select(editor, undefined)}
    >
      {image && (
        <img
          class="ground"
          alt=""
          src={`/api/v1/overlay-files/${encodeURIComponent(image)}?width=960&height=540&fit=cover`}
        />
      )}
      {items.value.map((item) => (
        <Thing key={item.key} item={item} canvas={canvas} lines={lines} />
      ))}
      {isSafeShown.value && (
        <div class="safe" style={partStyle({ x: SAFE, y: SAFE, width: 1 - 2 * SAFE, height: 1 - 2 * SAFE })} />
      )}
      {lines.value.x.map((x) => (
        <i key={`x${x}`} class="guide x" style={{ left: `${x * 100}%` }} />
      ))}
      {lines.value.y.map((y) => (
        <i key={`y${y}`} class="guide y" style={{ top: `${y * 100}%` }} />
      ))}
    </div>
  );
}

const select = ({ draft }: Editor, key: string | undefined): void =>
  void (draft.value = { ...draft.peek(), selected: key });

interface ThingSettings {
  item: Item;
  canvas: { current: HTMLDivElement | null };
  lines: Signal<Moved['on']>;
}

function Thing({ item, canvas, lines }: ThingSettings) {
  const editor = useEditor();
  const isSelected = editor.draft.value.selected === item.key;
  return (
    <div
      class="thing"
      role="button"
      tabIndex={0}
      aria-pressed={isSelected}
      aria-label={nameOf(item)}
      data-key={item.key}
      data-selected={isSelected}
      style={partStyle(item.rect)}
      onFocus={() => select(editor, item.key)}
      onKeyDown={(event) => pressKey(editor, item, event)}
      onPointerDown={(event) => drag({ editor, item, grip: {}, event, canvas: canvas.current, lines })}
    >
      <Inside item={item} />
      {isSelected &&
        GRIPS.map(([name, grip]) => (
          <i
            key={name}
            class={`grip ${name}`}
            onPointerDown={(event) => drag({ editor, item, grip, event, canvas: canvas.current, lines })}
          />
        ))}
    </div>
  );
}

/** The name of a thing on the canvas, for people. */
export function nameOf({ window, overlay }: Item): string {
  if (window) return texts.window(window.channel);
  if (overlay?.kind === 'text') return named(texts.text, overlay.template);
  if (overlay?.kind === 'logo') return named(texts.logo, overlay.file);
  return texts.clock;
}

interface Drag {
  editor: Editor;
  item: Item;
  grip: Grip;
  event: PointerEvent;
  canvas: HTMLDivElement | null;
  lines: Signal<Moved['on']>;
}

/** Follows the pointer until it is released; the whole movement is one step to undo. */
function drag({ editor, item, grip, event, canvas, lines }: Drag): void {
  if (event.button !== 0 || !canvas) return;
  event.stopPropagation();
  select(editor, item.key);
  const before = editor.draft.peek();
  const room = canvas.getBoundingClientRect();
  const others = editor.items.peek().filter(({ key }) => key !== item.key);
  const near = editor.isSnapping.peek() ? linesOf(others.map(({ rect }) => rect)) : { x: [], y: [] };
  const follow = (move: PointerEvent): void => {
    const by = { x: (move.clientX - event.clientX) / room.width, y: (move.clientY - event.clientY) / room.height };
    const keeps =
      editor.keepsShape.peek() !== move.shiftKey && item.overlay?.kind !== 'text' && item.overlay?.kind !== 'clock';
    const { rect, on } = dragged(item.rect, grip, by, near, keeps);
    lines.value = on;
    editor.draft.value = drawn(before, changed(before.layout, item.key, { rect }));
  };
  const end = (): void => {
    lines.value = { x: [], y: [] };
    window.removeEventListener('pointermove', follow);
    window.removeEventListener('pointerup', end);
    window.removeEventListener('pointercancel', end);
  };
  window.addEventListener('pointermove', follow);
  window.addEventListener('pointerup', end);
  window.addEventListener('pointercancel', end);
}

function pressKey(editor: Editor, item: Item, event: KeyboardEvent): void {
  const { draft } = editor;
  const rect = nudged(item.rect, event.key, { shift: event.shiftKey, alt: event.altKey });
  const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
  if (rect) editor.draw(changed(draft.peek().layout, item.key, { rect }), item.key);
  else if (event.key === 'Delete' || event.key === 'Backspace') {
    draft.value = { ...drawn(draft.peek(), without(draft.peek().layout, item.key)), selected: undefined };
  } else if (isUndo) draft.value = event.shiftKey ? redone(draft.peek()) : undone(draft.peek());
  else return;
  event.preventDefault();
}

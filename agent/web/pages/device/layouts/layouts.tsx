import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { LayoutPreset } from '../../shared/api-types.ts';
import { Button } from '../../shared/button.tsx';
import { ChoiceField, TickField } from '../../shared/field.tsx';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { usePresets } from '../now/layouts.tsx';
import { hrefOf, whereabouts } from '../route.ts';
import { said as pages } from '../said.ts';
import { Canvas } from './canvas.tsx';
import { redone, undone, withNew, type NewThing } from './draft.ts';
import { EditorContext, openEditor, useEditor } from './editor.ts';
import { Files, useFiles, type OverlayFile } from './files.tsx';
import { ColourField, Properties } from './properties.tsx';
import { said } from './said.ts';
import { SaveDialog } from './save.tsx';
import './layouts.css';

/** The sixteen layouts, one of them on the canvas. */
export function Layouts() {
  const { box } = useDesk();
  const presets = usePresets();
  const shown = box.state.value?.wanted.layoutNumber ?? 1;
  const number = Number(whereabouts.value.rest[0]) || shown;
  const preset = presets.find((one) => one.number === number);
  return (
    <div class="editor">
      <header class="page-head">
        <h1>{pages.layouts}</h1>
        <ChoiceField
          label={said.preset}
          value={String(number)}
          choices={presets.map((one) => ({
            value: String(one.number),
            text: `${one.number}. ${one.name} (${kindOf(one, shown)})`,
          }))}
          onChoice={(value) => void (location.hash = hrefOf('layouts', value))}
        />
      </header>
      {preset && <Drawing key={`${number} ${JSON.stringify(preset)}`} preset={preset} presets={presets} />}
    </div>
  );
}

const kindOf = ({ number, source }: LayoutPreset, shown: number): string =>
  [source === 'user' ? said.own : said.factory, ...(number === shown ? [said.shown] : [])].join(', ');

function Drawing({ preset, presets }: { preset: LayoutPreset; presets: readonly LayoutPreset[] }) {
  const { number, source: _, routing: __, ...layout } = preset;
  const editor = useMemo(() => openEditor(layout), []);
  const files = useFiles();
  return (
    <EditorContext.Provider value={editor}>
      <Tools preset={preset} presets={presets} files={files.value} />
      <div class="bench">
        <Canvas />
        <p class="soft small">{said.canvasHelp}</p>
      </div>
      <aside class="card" aria-label={said.preset}>
        <Properties files={files.value} />
      </aside>
      <Ground number={number} files={files.value} />
      <Files files={files} />
    </EditorContext.Provider>
  );
}

interface ToolsSettings {
  preset: LayoutPreset;
  presets: readonly LayoutPreset[];
  files: readonly OverlayFile[];
}

function Tools({ preset, presets, files }: ToolsSettings) {
  const { api, session } = useDesk();
  const editor = useEditor();
  const { draft } = editor;
  const asked = useSignal(false);
  const add = (what: NewThing): void => {
    const { layout, key } = withNew(draft.value.layout, what, files[0]?.name);
    editor.draw(layout, key);
  };
  const show = async (): Promise<unknown> =>
    orTell(await api.send('PUT', '/layout', draft.value.layout), said.showDone);
  const reset = async (): Promise<unknown> =>
    orTell(await api.send('POST', `/layouts/${preset.number}/reset`), said.resetDone);
  return (
    <div class="tools">
      <div class="choices" role="group" aria-label={said.add}>
        <Button onPress={() => add('A')}>+ {said.addWindow('A')}</Button>
        <Button onPress={() => add('B')}>+ {said.addWindow('B')}</Button>
        <Button onPress={() => add('text')}>+ {said.text}</Button>
        <Button onPress={() => add('logo')} disabled={files.length === 0}>
          + {said.logo}
        </Button>
        <Button onPress={() => add('clock')}>+ {said.clock}</Button>
        <Button
          label={said.undo}
          title={said.undo}
          disabled={draft.value.past.length === 0}
          onPress={() => void (draft.value = undone(draft.value))}
        >
          ↶
        </Button>
        <Button
          label={said.redo}
          title={said.redo}
          disabled={draft.value.future.length === 0}
          onPress={() => void (draft.value = redone(draft.value))}
        >
          ↷
        </Button>
      </div>
      <div class="choices">
        <Button onPress={show} title={said.showHelp}>
          {said.show}
        </Button>
        {session.access === 'admin' && (
          <Button kind="main" onPress={() => void (asked.value = true)}>
            {said.save}
          </Button>
        )}
        {session.access === 'admin' && preset.source === 'user' && <Button onPress={reset}>{said.reset}</Button>}
      </div>
      {asked.value && (
        <SaveDialog
          layout={draft.value.layout}
          presets={presets}
          number={preset.number}
          onClose={() => void (asked.value = false)}
          onSaved={() => undefined}
        />
      )}
    </div>
  );
}

function Ground({ files }: { number: number; files: readonly OverlayFile[] }) {
  const editor = useEditor();
  const { layout } = editor.draft.value;
  const { background } = layout;
  const set = (change: Partial<typeof background>): void =>
    editor.draw({ ...layout, background: { ...background, ...change } });
  const names = files.map(({ name }) => name);
  const shown =
    background.image === undefined || names.includes(background.image) ? names : [background.image, ...names];
  const setImage = (image: string): void => {
    const { image: _, ...plain } = background;
    editor.draw({ ...layout, background: image ? { ...plain, image } : plain });
  };
  return (
    <section class="card" aria-labelledby="background">
      <h2 id="background">{said.background}</h2>
      <div class="pair">
        <ColourField label={said.colour} value={background.colour} onColour={(colour) => set({ colour })} />
        <ChoiceField
          label={said.image}
          value={background.image ?? ''}
          choices={[{ value: '', text: said.noImage }, ...shown.map((value) => ({ value, text: value }))]}
          onChoice={setImage}
        />
      </div>
      <div class="ticks">
        <TickField
          label={said.safeArea}
          value={editor.isSafeShown.value}
          onTick={(on) => void (editor.isSafeShown.value = on)}
        />
        <TickField
          label={said.snapping}
          value={editor.isSnapping.value}
          onTick={(on) => void (editor.isSnapping.value = on)}
        />
        <TickField
          label={said.keepShape}
          value={editor.keepsShape.value}
          onTick={(on) => void (editor.keepsShape.value = on)}
        />
      </div>
    </section>
  );
}

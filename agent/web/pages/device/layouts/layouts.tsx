import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { LayoutPreset } from '../../shared/api-types.ts';
import { layoutName } from '../../shared/layout-names.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { ChoiceField, TextField, TickField } from '#lib/pages/field.tsx';
import { HoldButton } from '#lib/pages/hold-button.tsx';
import { usePage } from '../page-context.ts';
import { useUnsaved } from '../unsaved.tsx';
import { usePresets } from '../now/layout-presets.tsx';
import { hrefOf, unsaved, whereabouts } from '../route.ts';
import { texts as pages } from '../device-texts.ts';
import { Canvas } from './canvas.tsx';
import { redone, undone, withNew, type NewThing } from './draft.ts';
import { EditorContext, openEditor, useEditor } from './editor.ts';
import { Files, useFiles, type OverlayFile } from './files.tsx';
import { ColourField, Properties } from './properties.tsx';
import { texts } from './layouts-texts.ts';
import { SaveDialog } from './save.tsx';
import './layouts.css';

/** The page *Layouts*: the sixteen layouts, one of them on the canvas. */
export function Layouts() {
  const { box } = usePage();
  const presets = usePresets();
  const shown = box.state.value?.wanted.layoutNumber ?? 1;
  const number = Number(whereabouts.value.rest[0]) || shown;
  const preset = presets.find((one) => one.number === number);
  return (
    <div class="editor">
      <header class="page-head">
        <h1>{pages.layouts}</h1>
        <ChoiceField
          label={texts.preset}
          value={String(number)}
          choices={presets.map((one) => ({
            value: String(one.number),
            text: `${one.number}. ${layoutName(one)}${kindOf(one, shown)}`,
          }))}
          onChoice={(value) => void (location.hash = hrefOf('layouts', value))}
        />
      </header>
      {preset && <Drawing key={`${number} ${JSON.stringify(preset)}`} preset={preset} presets={presets} />}
    </div>
  );
}

/** A remark such as ` (factory, on show)` for the choice of layouts; a free number has no kind. */
function kindOf({ number, source, windows }: LayoutPreset, shown: number): string {
  const kind = source === 'user' ? [texts.own] : windows.length > 0 ? [texts.factory] : [];
  const words = [...kind, ...(number === shown ? [texts.shown] : [])];
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

function Drawing({ preset, presets }: { preset: LayoutPreset; presets: readonly LayoutPreset[] }) {
  const { number, source: _, routing: __, ...layout } = preset;
  const editor = useMemo(() => openEditor(layout), []);
  const isSaved = useSignal(false);
  useUnsaved(editor.draft.value.past.length > 0 && !isSaved.value, () => false);
  const files = useFiles();
  return (
    <EditorContext.Provider value={editor}>
      <Tools
        preset={preset}
        presets={presets}
        files={files.value}
        onSaved={() => {
          isSaved.value = true;
          unsaved.value = undefined;
        }}
      />
      <div class="bench">
        <Canvas />
        <p class="soft small">{texts.canvasHelp}</p>
      </div>
      <aside class="card" aria-label={texts.preset}>
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
  onSaved: () => void;
}

function Tools({ preset, presets, files, onSaved }: ToolsSettings) {
  const { api, session } = usePage();
  const editor = useEditor();
  const { draft } = editor;
  const asked = useSignal(false);
  const show = async (): Promise<unknown> =>
    orTell(await api.send('PUT', '/layout', draft.value.layout), texts.showDone);
  const reset = async (): Promise<unknown> =>
    orTell(
      await api.send('POST', `/layouts/${preset.number}/reset`),
      preset.number > 12 ? texts.layoutRemoved : texts.resetDone,
    );
  return (
    <div class="tools">
      <Drawn files={files} />
      <div class="choices">
        <Button onPress={show} title={texts.showHelp}>
          {texts.show}
        </Button>
        {session.access === 'admin' && preset.source === 'user' && <Rename preset={preset} />}
        {session.access === 'admin' && (
          <Button kind="main" onPress={() => void (asked.value = true)}>
            {texts.save}
          </Button>
        )}
        {session.access === 'admin' && preset.source === 'user' && (
          <HoldButton onHeld={reset}>{preset.number > 12 ? texts.removeLayout : texts.reset}</HoldButton>
        )}
      </div>
      {asked.value && (
        <SaveDialog
          layout={draft.value.layout}
          presets={presets}
          number={preset.number}
          onClose={() => void (asked.value = false)}
          onSaved={onSaved}
        />
      )}
    </div>
  );
}

/** Buttons that put things on the canvas, undo and redo. */
function Drawn({ files }: { files: readonly OverlayFile[] }) {
  const editor = useEditor();
  const { draft } = editor;
  const add = (what: NewThing): void => {
    const { layout, key } = withNew(draft.value.layout, what, files[0]?.name);
    editor.draw(layout, key);
  };
  return (
    <div class="choices" role="group" aria-label={texts.add}>
      <Button onPress={() => add('A')}>+ {texts.addWindow('A')}</Button>
      <Button onPress={() => add('B')}>+ {texts.addWindow('B')}</Button>
      <Button onPress={() => add('text')}>+ {texts.text}</Button>
      <Button onPress={() => add('logo')} disabled={files.length === 0}>
        + {texts.logo}
      </Button>
      <Button onPress={() => add('clock')}>+ {texts.clock}</Button>
      <span class="choices joined">
        <Button
          label={texts.undo}
          title={texts.undo}
          disabled={draft.value.past.length === 0}
          onPress={() => void (draft.value = undone(draft.value))}
        >
          ↶
        </Button>
        <Button
          label={texts.redo}
          title={texts.redo}
          disabled={draft.value.future.length === 0}
          onPress={() => void (draft.value = redone(draft.value))}
        >
          ↷
        </Button>
      </span>
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
      <h2 id="background">{texts.background}</h2>
      <div class="pair">
        <ColourField label={texts.colour} value={background.colour} onColour={(colour) => set({ colour })} />
        <ChoiceField
          label={texts.image}
          value={background.image ?? ''}
          choices={[{ value: '', text: texts.noImage }, ...shown.map((value) => ({ value, text: value }))]}
          onChoice={setImage}
        />
      </div>
      <div class="ticks">
        <TickField
          label={texts.safeArea}
          value={editor.isSafeShown.value}
          onTick={(on) => void (editor.isSafeShown.value = on)}
        />
        <TickField
          label={texts.snapping}
          value={editor.isSnapping.value}
          onTick={(on) => void (editor.isSnapping.value = on)}
        />
        <TickField
          label={texts.keepShape}
          value={editor.keepsShape.value}
          onTick={(on) => void (editor.keepsShape.value = on)}
        />
      </div>
    </section>
  );
}

/** Gives a saved layout another name; the changes on the canvas are not saved by it. */
function Rename({ preset }: { preset: LayoutPreset }) {
  const { number, source: _, routing: __, ...layout } = preset;
  const { api } = usePage();
  const name = useSignal<string | undefined>(undefined);
  const close = (): void => void (name.value = undefined);
  const save = async (): Promise<void> => {
    const renamed = { ...layout, name: name.value?.trim() || layout.name };
    if (orTell(await api.send('POST', `/layouts/${number}/save`, { layout: renamed }), texts.renamed)) close();
  };
  return (
    <>
      <Button onPress={() => void (name.value = layout.name)}>{texts.rename}</Button>
      {name.value !== undefined && (
        <Dialog title={texts.renameTitle} onClose={close}>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <TextField
              label={texts.saveName}
              maxLength={16}
              required
              value={name.value}
              onText={(text) => void (name.value = text)}
            />
            <div class="choices end">
              <Button onPress={close}>{common.cancel}</Button>
              <Button kind="main" submit disabled={name.value.trim() === ''}>
                {texts.saveNow}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

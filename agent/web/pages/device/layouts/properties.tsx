import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, Field, TextField, TickField } from '#lib/pages/field.tsx';
import type { Overlay, Rect } from '../../shared/api-types.ts';
import { nameOf } from './canvas.tsx';
import { drawn, restacked, without, type Item } from './draft.ts';
import { useEditor } from './editor.ts';
import type { OverlayFile } from './files.tsx';
import { texts } from './layouts-texts.ts';

type Styled = Extract<Overlay, { style: unknown }>;

/** The properties of the selected item. */
export function Properties({ files }: { files: readonly OverlayFile[] }) {
  const editor = useEditor();
  const item = editor.selected.value;
  if (!item) return <p class="soft">{texts.nothing}</p>;
  const { overlay, window } = item;
  return (
    <div class="form">
      <h3>{nameOf(item)}</h3>
      <Place item={item} />
      {window && (
        <ChoiceField
          label={texts.channel}
          value={window.channel}
          choices={[
            { value: 'A', text: 'A' },
            { value: 'B', text: 'B' },
          ]}
          onChoice={(channel) => editor.change({ channel })}
        />
      )}
      {overlay?.kind === 'text' && <Template template={overlay.template} />}
      {overlay?.kind === 'clock' && (
        <ChoiceField
          label={texts.format}
          value={overlay.format}
          choices={[
            { value: 'time', text: texts.time },
            { value: 'date-time', text: texts.dateTime },
          ]}
          onChoice={(format) => editor.change({ format })}
        />
      )}
      {overlay && 'style' in overlay && <Style overlay={overlay} />}
      {overlay?.kind === 'logo' && <Logo file={overlay.file} opacity={overlay.opacity} files={files} />}
      <Order itemKey={item.key} />
    </div>
  );
}

function Place({ item }: { item: Item }) {
  const editor = useEditor();
  const set = (part: keyof Rect, text: string): void => {
    const value = Number(text) / 100;
    const rect = { ...item.rect, [part]: value };
    const isInside = rect.x >= 0 && rect.y >= 0 && rect.x + rect.width <= 1.0001 && rect.y + rect.height <= 1.0001;
    if (text !== '' && isInside && rect.width > 0 && rect.height > 0) editor.change({ rect });
  };
  const field = (part: keyof Rect) => (
    <TextField
      label={texts[part]}
      type="number"
      min={0}
      max={100}
      step={0.25}
      unit="%"
      value={String(Math.round(item.rect[part] * 10_000) / 100)}
      onText={(text) => set(part, text)}
    />
  );
  return (
    <div class="pair">
      {field('x')}
      {field('y')}
      {field('width')}
      {field('height')}
    </div>
  );
}

function Template({ template }: { template: string }) {
  const editor = useEditor();
  return (
    <Field label={texts.template} help={texts.templateHelp}>
      {(ids) => (
        <textarea
          {...ids}
          rows={2}
          maxLength={1000}
          value={template}
          onInput={(event) => editor.change({ template: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

function Style({ overlay: { style } }: { overlay: Styled }) {
  const editor = useEditor();
  const set = (change: Partial<Styled['style']>): void => editor.change({ style: { ...style, ...change } });
  return (
    <>
      <div class="pair">
        <ColourField label={texts.colour} value={style.colour} onColour={(colour) => set({ colour })} />
        <TextField
          label={texts.size}
          type="number"
          min={1}
          max={50}
          step={0.5}
          unit="%"
          value={String(Math.round(style.size * 1000) / 10)}
          onText={(text) => Number(text) >= 1 && Number(text) <= 50 && set({ size: Number(text) / 100 })}
        />
      </div>
      <ChoiceField
        label={texts.align}
        value={style.align}
        choices={(['left', 'centre', 'right'] as const).map((value) => ({ value, text: texts[value] }))}
        onChoice={(align) => set({ align })}
      />
      <TickField label={texts.bold} value={style.bold} onTick={(bold) => set({ bold })} />
    </>
  );
}

function Logo({ file, opacity, files }: { file: string; opacity: number; files: readonly OverlayFile[] }) {
  const editor = useEditor();
  const names = files.map(({ name }) => name);
  // A layout may name a file without its ending.
  const shown = names.includes(file) ? names : [file, ...names];
  return (
    <>
      <ChoiceField
        label={texts.file}
        value={file}
        choices={shown.map((value) => ({ value, text: value }))}
        onChoice={(chosen) => editor.change({ file: chosen })}
      />
      <Field label={texts.opacity}>
        {(ids) => (
          <input
            {...ids}
            type="range"
            min="0"
            max="100"
            value={String(Math.round(opacity * 100))}
            onInput={(event) => editor.change({ opacity: Number(event.currentTarget.value) / 100 })}
          />
        )}
      </Field>
    </>
  );
}

export function ColourField(settings: { label: string; value: string; onColour: (colour: string) => void }) {
  const { label, value, onColour } = settings;
  return (
    <Field label={label}>
      {(ids) => (
        <input
          {...ids}
          type="color"
          value={/^#[\da-f]{6}$/i.test(value) ? value : '#000000'}
          onInput={(event) => onColour(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Order({ itemKey }: { itemKey: string }) {
  const editor = useEditor();
  const { draft } = editor;
  const restack = (by: 1 | -1): void => editor.draw(restacked(draft.value.layout, itemKey, by));
  const remove = (): void => {
    draft.value = { ...drawn(draft.peek(), without(draft.peek().layout, itemKey)), selected: undefined };
  };
  return (
    <div class="choices">
      <Button onPress={() => restack(1)}>{texts.forward}</Button>
      <Button onPress={() => restack(-1)}>{texts.backward}</Button>
      <Button onPress={remove}>{texts.remove}</Button>
    </div>
  );
}

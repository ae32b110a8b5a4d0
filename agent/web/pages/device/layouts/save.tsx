import { useSignal } from '@preact/signals';
import type { Layout, LayoutPreset } from '../../shared/api-types.ts';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { layoutName } from '../../shared/layout-names.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { usePage } from '../page-context.ts';
import { hrefOf } from '../route.ts';
import { texts } from './layouts-texts.ts';

interface SaveSettings {
  layout: Layout;
  presets: readonly LayoutPreset[];
  number: number;
  onClose: () => void;
  onSaved: () => void;
}

/** Asks for the number and the name under which a layout is saved, and tells which one is replaced. */
export function SaveDialog({ layout, presets, number: from, onClose, onSaved }: SaveSettings) {
  const { api } = usePage();
  const number = useSignal(
    from > 12 ? from : (presets.find(({ windows, number }) => number > 12 && windows.length === 0)?.number ?? 13),
  );
  const name = useSignal(layout.name.slice(0, 16));
  const before = presets.find((preset) => preset.number === number.value);
  const save = async (): Promise<void> => {
    const answer = await api.send('POST', `/layouts/${number.value}/save`, {
      layout: { ...layout, name: name.value.trim() || layout.name },
    });
    if (orTell(answer, texts.saved(number.value)) === undefined) return;
    onSaved();
    onClose();
    location.hash = hrefOf('layouts', String(number.value));
  };
  return (
    <Dialog title={texts.saveTitle} onClose={onClose}>
      <div class="form">
        <ChoiceField
          label={texts.saveNumber}
          value={String(number.value)}
          choices={presets.map((preset) => ({
            value: String(preset.number),
            text: `${preset.number}. ${layoutName(preset)}`,
          }))}
          onChoice={(value) => void (number.value = Number(value))}
          help={before && (before.windows.length > 0 ? texts.saveOver(layoutName(before)) : undefined)}
        />
        <TextField
          label={texts.saveName}
          maxLength={16}
          value={name.value}
          onText={(text) => void (name.value = text)}
        />
        <div class="choices end">
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button kind="main" onPress={save}>
            {texts.saveNow}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

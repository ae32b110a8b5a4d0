import { useSignal } from '@preact/signals';
import type { Layout, LayoutPreset } from '../../shared/api-types.ts';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { ChoiceField, TextField } from '../../shared/field.tsx';
import { said as common } from '../../shared/said.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { hrefOf } from '../route.ts';
import { said } from './said.ts';

interface SaveSettings {
  layout: Layout;
  presets: readonly LayoutPreset[];
  number: number;
  onClose: () => void;
  onSaved: () => void;
}

/** Under which number, by which name, and what was there before. */
export function SaveDialog({ layout, presets, number: from, onClose, onSaved }: SaveSettings) {
  const { api } = useDesk();
  const number = useSignal(
    from > 12 ? from : (presets.find(({ windows, number }) => number > 12 && windows.length === 0)?.number ?? 13),
  );
  const name = useSignal(layout.name.slice(0, 16));
  const before = presets.find((preset) => preset.number === number.value);
  const save = async (): Promise<void> => {
    const answer = await api.send('POST', `/layouts/${number.value}/save`, {
      layout: { ...layout, name: name.value.trim() || layout.name },
    });
    if (orTell(answer, said.saved(number.value)) === undefined) return;
    onSaved();
    onClose();
    location.hash = hrefOf('layouts', String(number.value));
  };
  return (
    <Dialog title={said.saveTitle} onClose={onClose}>
      <div class="form">
        <ChoiceField
          label={said.saveNumber}
          value={String(number.value)}
          choices={presets.map((preset) => ({
            value: String(preset.number),
            text: `${preset.number}. ${preset.name}`,
          }))}
          onChoice={(value) => void (number.value = Number(value))}
          help={before && said.saveOver(before.name)}
        />
        <TextField
          label={said.saveName}
          maxLength={16}
          value={name.value}
          onText={(text) => void (name.value = text)}
        />
        <div class="choices end">
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button kind="main" onPress={save}>
            {said.saveNow}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

import { useSignal } from '@preact/signals';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { said as common } from '../../shared/said.ts';
import { tell } from '../../shared/toasts.ts';
import { language } from '../../shared/words.ts';
import { useSettings, type Change } from './desk.ts';
import { effectsOf } from './effects.ts';
import { said } from './said.ts';

/** What was changed and is not applied yet; before it is, what will happen is said. */
export function ApplyBar() {
  const settings = useSettings();
  const asked = useSignal(false);
  const count = settings.changed.value.size;
  const wrong = settings.mistakes.value.length;
  if (count === 0) return null;
  const apply = async (): Promise<void> => {
    if (await settings.apply()) tell('done', said.applied);
    asked.value = false;
  };
  return (
    <div class="apply-bar" role="region" aria-label={said.unsaved(count)}>
      <p role="status">
        <strong>{said.unsaved(count)}</strong>
        {wrong > 0 && <span class="mistake"> {said.mistakes(wrong)}</span>}
      </p>
      <div class="choices">
        <Button onPress={() => settings.discard()}>{said.discard}</Button>
        <Button kind="main" disabled={wrong > 0} onPress={() => void (asked.value = true)}>
          {said.apply}
        </Button>
      </div>
      {asked.value && (
        <ChangesDialog changes={settings.changes.value} onClose={() => void (asked.value = false)} onApply={apply} />
      )}
    </div>
  );
}

interface ChangesSettings {
  changes: readonly Change[];
  onClose: () => void;
  onApply: () => Promise<void>;
}

export function ChangesDialog({ changes, onClose, onApply }: ChangesSettings) {
  const effects = effectsOf(
    changes.map(({ key }) => key),
    language.value,
  );
  return (
    <Dialog title={said.applyTitle} onClose={onClose} wide>
      <div class="form">
        <ul class="rows changes">
          {changes.map(({ key, words }) => (
            <li key={key}>{words}</li>
          ))}
        </ul>
        <div>
          <h3>{said.thenHappens}</h3>
          {effects.length === 0 && <p>{said.nothingElse}</p>}
          <ul class="effects">
            {effects.map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
        </div>
        <div class="choices end">
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button kind="main" onPress={onApply}>
            {said.applyNow}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { tell } from '#lib/pages/toasts.ts';
import { language } from '#lib/pages/words.ts';
import { useSettings, type Change } from './settings-draft.ts';
import { effectsOf } from './effects.ts';
import { texts } from './settings-texts.ts';

/** What was changed and is not applied yet; before it is, what will happen is said. */
export function ApplyBar() {
  const settings = useSettings();
  const asked = useSignal(false);
  const count = settings.changed.value.size;
  const wrong = settings.mistakes.value.length;
  if (count === 0) return null;
  const apply = async (): Promise<void> => {
    if (await settings.apply()) tell('done', texts.applied);
    asked.value = false;
  };
  return (
    <div class="apply-bar" role="region" aria-label={texts.unsaved(count)}>
      <p role="status">
        <strong>{texts.unsaved(count)}</strong>
        {wrong > 0 && <span class="mistake"> {texts.mistakes(wrong)}</span>}
      </p>
      <div class="choices">
        <Button onPress={() => settings.discard()}>{texts.discard}</Button>
        <Button kind="main" disabled={wrong > 0} onPress={() => void (asked.value = true)}>
          {texts.apply}
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
    <Dialog title={texts.applyTitle} onClose={onClose} wide>
      <div class="form">
        <ul class="rows changes">
          {changes.map(({ key, words }) => (
            <li key={key}>{words}</li>
          ))}
        </ul>
        <div>
          <h3>{texts.thenHappens}</h3>
          {effects.length === 0 && <p>{texts.nothingElse}</p>}
          <ul class="effects">
            {effects.map((effect) => (
              <li key={effect}>{effect}</li>
            ))}
          </ul>
        </div>
        <div class="choices end">
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button kind="main" onPress={onApply}>
            {texts.applyNow}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

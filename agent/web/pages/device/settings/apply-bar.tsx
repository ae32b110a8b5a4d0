import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { tell } from '#lib/pages/toasts.ts';
import { language, named } from '#lib/pages/words.ts';
import { useSettings, type Change } from './settings-draft.ts';
import { changeTold, placeInWords } from './change-words.ts';
import { effectsOf, touchesRecording } from './effects.ts';
import { told } from '../../shared/told.ts';
import { usePage } from '../page-context.ts';
import { texts } from './settings-texts.ts';

/** The bar that applies or discards changes. Before they are applied, a dialog tells what will happen. */
export function ApplyBar() {
  const settings = useSettings();
  const { box } = usePage();
  const asked = useSignal(false);
  const count = settings.changed.value.size;
  const wrong = settings.mistakes.value.length;
  const state = box.state.value;
  const isRecording = state?.wanted.recording.state !== 'stopped';
  const touching = state && isRecording ? touchesRecording([...settings.changed.value], state.wanted.routing) : [];
  const schema = settings.schema.value;
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
      {wrong > 0 && schema && (
        <ul class="mistakes small">
          {settings.mistakes.value.slice(0, SHOWN).map(({ at, text, said }) => (
            <li key={`${at} ${text}`}>
              {named(placeInWords(schema, at.split('.').map(step), language.value), told(text, said))}
            </li>
          ))}
        </ul>
      )}
      {touching.length > 0 && schema && (
        <p class="small">
          {texts.notWhileRecording(
            touching.map((key) => placeInWords(schema, key.split('.').map(step), language.value)).join(', '),
          )}
        </p>
      )}
      <div class="choices">
        <Button onPress={() => settings.discard()}>{texts.discard}</Button>
        <Button kind="main" disabled={wrong > 0 || touching.length > 0} onPress={() => void (asked.value = true)}>
          {texts.apply}
        </Button>
      </div>
      {asked.value && (
        <ChangesDialog changes={settings.changes.value} onClose={() => void (asked.value = false)} onApply={apply} />
      )}
    </div>
  );
}

/** Mistakes that are told in words; further ones are counted. */
const SHOWN = 4;
const step = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

interface ChangesSettings {
  changes: readonly Change[];
  onClose: () => void;
  onApply: () => Promise<void>;
}

/** Asks before changes are applied, and tells their effects. */
export function ChangesDialog({ changes, onClose, onApply }: ChangesSettings) {
  const schema = useSettings().schema.value;
  const effects = effectsOf(
    changes.map(({ key }) => key),
    language.value,
  );
  return (
    <Dialog title={texts.applyTitle} onClose={onClose} wide>
      <div class="form">
        <ul class="rows changes">
          {schema &&
            changes
              .map((change) => changeTold(schema, change, language.value))
              .map(({ key, place, what }) => (
                <li key={key} title={key}>
                  <span class="soft">{place}</span> <strong>{what}</strong>
                </li>
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

import { useSignal } from '@preact/signals';
import { TextField } from '#lib/pages/field.tsx';
import { language } from '#lib/pages/words.ts';
import { hrefOf } from '../route.ts';
import { searchSettings } from './search-settings.ts';
import { useSettings } from './settings-draft.ts';
import { texts } from './settings-texts.ts';

/** A field that finds settings by their words, with links to them. */
export function Search() {
  const schema = useSettings().schema.value;
  const typed = useSignal('');
  if (!schema) return null;
  const found = searchSettings(schema, typed.value, language.value);
  return (
    <div class="search-settings">
      <TextField
        label={texts.search}
        type="search"
        class="search"
        autocomplete="off"
        value={typed.value}
        onText={(text) => void (typed.value = text)}
      />
      {typed.value.trim() !== '' && (
        <ul class="found" aria-live="polite" aria-label={texts.found(found.length)}>
          {found.length === 0 && <li class="soft">{texts.notFound}</li>}
          {found.map(({ path, place, section }) => (
            <li key={path.join('.')}>
              <a href={hrefOf('settings', section, path.join('.'))} onClick={() => void (typed.value = '')}>
                {place}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

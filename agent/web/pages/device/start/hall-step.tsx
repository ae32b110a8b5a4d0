import { useSignal } from '@preact/signals';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { usePage } from '../page-context.ts';
import { texts as settings } from '../settings/settings-texts.ts';
import { texts } from './start-texts.ts';
import { useSave } from './step-context.ts';
import { orTell } from '../../shared/tell-trouble.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** The name of the hall, and the language of the picture. */
export function HallStep() {
  const { api, box } = usePage();
  const wanted = box.state.value?.wanted;
  const name = useSignal(wanted?.hall ?? '');
  const isRight = NAME.test(name.value);
  const set = async (body: object, words?: string): Promise<boolean> =>
    orTell(await api.send('PATCH', '/box', body), words) !== undefined;
  useSave(async () => {
    if (!isRight) return false;
    return name.value === wanted?.hall || set({ hall: name.value });
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRight) void set({ hall: name.value }, settings.applied);
      }}
    >
      <TextField
        label={texts.hall}
        help={texts.hallWhy}
        error={isRight ? undefined : texts.hallWhy}
        value={name.value}
        maxLength={63}
        onText={(text) => void (name.value = text)}
      />
      <ChoiceField
        label={texts.pictureLanguage}
        value={wanted?.locale ?? 'fr'}
        choices={[
          { value: 'fr', text: 'Français' },
          { value: 'en', text: 'English' },
        ]}
        onChoice={(locale) => void set({ locale }, settings.applied)}
      />
    </form>
  );
}

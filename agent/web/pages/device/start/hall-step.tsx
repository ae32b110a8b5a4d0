import { useSignal } from '@preact/signals';
import { Button } from '../../shared/button.tsx';
import { ChoiceField, TextField } from '../../shared/field.tsx';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { said as settings } from '../settings/said.ts';
import { said } from './said.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** What the hall is called. */
export function HallStep() {
  const { api, box } = useDesk();
  const wanted = box.state.value?.wanted;
  const name = useSignal(wanted?.hall ?? '');
  const isRight = NAME.test(name.value);
  const set = async (body: object): Promise<unknown> => orTell(await api.send('PATCH', '/box', body), settings.applied);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isRight) void set({ hall: name.value });
      }}
    >
      <TextField
        label={said.hall}
        help={said.hallWhy}
        error={isRight ? undefined : said.hallWhy}
        value={name.value}
        maxLength={63}
        onText={(text) => void (name.value = text)}
      />
      <ChoiceField
        label={said.pictureLanguage}
        value={wanted?.locale ?? 'fr'}
        choices={[
          { value: 'fr', text: 'Français' },
          { value: 'en', text: 'English' },
        ]}
        onChoice={(locale) => void set({ locale })}
      />
      <div>
        <Button submit disabled={!isRight || name.value === wanted?.hall}>
          {settings.applyNow}
        </Button>
      </div>
    </form>
  );
}

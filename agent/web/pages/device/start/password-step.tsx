import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ChoiceField } from '#lib/pages/field.tsx';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { chooseLanguage, language } from '#lib/pages/words.ts';
import { usePage } from '../page-context.ts';
import { PasswordForm, type Accounts } from '../settings/machine/accounts.tsx';
import { texts } from './start-texts.ts';
import { useSave } from './step-context.ts';

/** The language of the pages, and a password that nobody else knows. */
export function PasswordStep() {
  const { api } = usePage();
  const first = useSignal<boolean | undefined>(undefined);
  const look = async (): Promise<void> => void (first.value = (await api.get<Accounts>('/accounts')).value?.first);
  useEffect(() => void look(), []);
  return (
    <div class="form">
      <ChoiceField
        label={common.language}
        value={language.value}
        choices={[
          { value: 'fr', text: 'Français' },
          { value: 'en', text: 'English' },
        ]}
        onChoice={chooseLanguage}
      />
      {first.value === false && <p class="good">✓ {texts.passwordSet}</p>}
      {first.value && <p>{texts.passwordWhy}</p>}
      <PasswordForm api={api} name="admin" isFirst={first.value !== false} onSet={look} useSave={useSave} />
    </div>
  );
}

import { useSignal } from '@preact/signals';
import type { Api } from '../shared/api.ts';
import { wordsOf } from '../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { LanguageSwitch, ThemeSwitch } from '#lib/pages/preferences.tsx';
import { texts } from './device-texts.ts';

/** The page to sign in. */
export function SignIn({ api, onSignedIn }: { api: Api; onSignedIn: () => void }) {
  return (
    <main class="door">
      <SignInForm api={api} onSignedIn={onSignedIn} />
      <div class="choices">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  );
}

function SignInForm({ api, onSignedIn }: { api: Api; onSignedIn: () => void }) {
  const name = useSignal<'admin' | 'user'>('admin');
  const password = useSignal('');
  // The mistake is a function, since its words change with the language.
  const wrong = useSignal<(() => string) | undefined>(undefined);
  const busy = useSignal(false);
  const enter = async (): Promise<void> => {
    busy.value = true;
    const { trouble } = await api.send('POST', '/session', { name: name.value, password: password.value });
    busy.value = false;
    if (!trouble) return onSignedIn();
    wrong.value = () => (trouble.status === 401 ? texts.wrong : wordsOf(trouble));
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <h1>{texts.welcome}</h1>
      <ChoiceField
        label={texts.account}
        value={name.value}
        choices={[
          { value: 'admin', text: texts.admin },
          { value: 'user', text: texts.user },
        ]}
        onChoice={(chosen) => void (name.value = chosen)}
      />
      <TextField
        label={texts.password}
        help={texts.firstHelp}
        type="password"
        autocomplete="current-password"
        required
        value={password.value}
        onText={(text) => void (password.value = text)}
      />
      {wrong.value && (
        <p class="mistake" role="alert">
          {wrong.value()}
        </p>
      )}
      <Button kind="main" submit disabled={busy.value}>
        {texts.signIn}
      </Button>
    </form>
  );
}

import { useSignal } from '@preact/signals';
import type { Api } from '../shared/api.ts';
import { Button } from '../shared/button.tsx';
import { ChoiceField, TextField } from '../shared/field.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shared/preferences.tsx';
import { wordsOf } from '../shared/said.ts';
import { said } from './said.ts';

/** The door. */
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
  const wrong = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const enter = async (): Promise<void> => {
    busy.value = true;
    const { trouble } = await api.send('POST', '/session', { name: name.value, password: password.value });
    busy.value = false;
    if (!trouble) return onSignedIn();
    wrong.value = trouble.status === 401 ? said.wrong : wordsOf(trouble);
  };
  return (
    <form
      class="card form"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <h1>{said.welcome}</h1>
      <ChoiceField
        label={said.account}
        value={name.value}
        choices={[
          { value: 'admin', text: said.admin },
          { value: 'user', text: said.user },
        ]}
        onChoice={(chosen) => void (name.value = chosen)}
      />
      <TextField
        label={said.password}
        help={said.firstHelp}
        type="password"
        autocomplete="current-password"
        required
        value={password.value}
        onText={(text) => void (password.value = text)}
      />
      {wrong.value && (
        <p class="mistake" role="alert">
          {wrong.value}
        </p>
      )}
      <Button kind="main" submit disabled={busy.value}>
        {said.signIn}
      </Button>
    </form>
  );
}

import { useSignal } from '@preact/signals';
import { Button } from '@amphi/lib/pages/button.tsx';
import { TextField } from '@amphi/lib/pages/field.tsx';
import type { EditApi, Trouble } from './server/edit-api.ts';
import { texts } from './editor-texts.ts';

/** Name and password; `onSignedIn` is called when the server took them. */
export function SignInForm({ api, user, onSignedIn }: { api: EditApi; user: string; onSignedIn: () => void }) {
  const name = useSignal(user);
  const password = useSignal('');
  const trouble = useSignal<Trouble | undefined>(undefined);
  const enter = async (): Promise<void> => {
    trouble.value = (await api.signIn(name.value.trim(), password.value)).trouble;
    if (!trouble.value) onSignedIn();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void enter();
      }}
    >
      <TextField
        label={texts.user}
        autocomplete="username"
        required
        value={name.value}
        onText={(text) => void (name.value = text)}
      />
      <TextField
        label={texts.password}
        type="password"
        autocomplete="current-password"
        required
        value={password.value}
        onText={(text) => void (password.value = text)}
      />
      {trouble.value && (
        <p class="mistake" role="alert">
          {wordsOf(trouble.value)}
        </p>
      )}
      <Button kind="main" submit>
        {texts.signIn}
      </Button>
    </form>
  );
}

function wordsOf({ status, text }: Trouble): string {
  if (status === 0) return texts.away;
  if (status === 401) return texts.wrong;
  return status === 429 ? texts.busy : text;
}

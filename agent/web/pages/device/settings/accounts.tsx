import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Api } from '../../shared/api.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { TextField } from '#lib/pages/field.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './settings-texts.ts';

type AccountName = 'admin' | 'user';
export interface Accounts {
  accounts: { name: AccountName; hasPassword: boolean }[];
  first: boolean;
}

/** Who may enter. */
export function AccountsPage() {
  const { api } = usePage();
  const known = useSignal<Accounts | undefined>(undefined);
  const look = async (): Promise<void> =>
    void (known.value = orTell(await api.get<Accounts>('/accounts')) ?? known.value);
  useEffect(() => void look(), []);
  return (
    <div class="form">
      {known.value?.first && <p class="away">{texts.firstPassword}</p>}
      {known.value?.accounts.map((account) => (
        <Account key={account.name} account={account} onSet={look} />
      ))}
    </div>
  );
}

function Account({ account, onSet }: { account: Accounts['accounts'][number]; onSet: () => Promise<void> }) {
  const { api } = usePage();
  const { name, hasPassword } = account;
  const clear = async (): Promise<void> => {
    const answer = await api.send('PUT', `/accounts/${name}/password`, { password: null });
    if (!answer.trouble) await onSet();
    else orTell(answer);
  };
  return (
    <section class="card" aria-labelledby={`account-${name}`}>
      <h3 id={`account-${name}`}>{name}</h3>
      <p class="soft">
        {name === 'admin' ? texts.adminWhat : texts.userWhat} {hasPassword ? texts.hasPassword : texts.noPassword}.
      </p>
      <PasswordForm api={api} name={name} onSet={onSet} />
      {name === 'user' && hasPassword && (
        <div>
          <Button onPress={clear}>{texts.clearPassword}</Button>
        </div>
      )}
    </section>
  );
}

interface PasswordSettings {
  api: Api;
  name: AccountName;
  onSet: () => unknown;
}

/** A new password, twice. */
export function PasswordForm({ api, name, onSet }: PasswordSettings) {
  const [first, second] = [useSignal(''), useSignal('')];
  const differs = second.value !== '' && first.value !== second.value;
  const set = async (): Promise<void> => {
    const answer = await api.send('PUT', `/accounts/${name}/password`, { password: first.value });
    orTell(answer, texts.passwordSet);
    if (answer.trouble) return;
    first.value = second.value = '';
    await onSet();
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void set();
      }}
    >
      {/* Password keepers want to know whose it is. */}
      <input
        class="unseen"
        type="text"
        autocomplete="username"
        value={name}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <div class="columns">
        <TextField
          label={texts.newPassword}
          help={texts.passwordForm}
          type="password"
          autocomplete="new-password"
          required
          maxLength={128}
          value={first.value}
          onText={(text) => void (first.value = text)}
        />
        <TextField
          label={texts.again}
          type="password"
          autocomplete="new-password"
          required
          maxLength={128}
          error={differs ? texts.notSame : undefined}
          value={second.value}
          onText={(text) => void (second.value = text)}
        />
      </div>
      <div>
        <Button submit disabled={first.value === '' || first.value !== second.value}>
          {texts.setPassword}
        </Button>
      </div>
    </form>
  );
}

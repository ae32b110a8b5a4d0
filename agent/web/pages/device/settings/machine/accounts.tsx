import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Api } from '../../../shared/api.ts';
import { orTell } from '../../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { TextField } from '#lib/pages/field.tsx';
import { usePage } from '../../page-context.ts';
import { texts } from '../settings-texts.ts';

type AccountName = 'admin' | 'user';
export interface Accounts {
  accounts: { name: AccountName; hasPassword: boolean }[];
  first: boolean;
}

/** The accounts and their passwords. */
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
        <Account key={account.name} account={account} isFirst={known.value?.first ?? false} onSet={look} />
      ))}
    </div>
  );
}

/** The fewest characters of a password; the box refuses shorter ones. */
const LEAST = 8;

interface AccountSettings {
  account: Accounts['accounts'][number];
  isFirst: boolean;
  onSet: () => Promise<void>;
}

function Account({ account, isFirst, onSet }: AccountSettings) {
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
        {name === 'admin' ? texts.adminWhat : texts.userWhat} {hasPassword ? texts.hasPassword : texts.noPassword}
      </p>
      <PasswordForm api={api} name={name} isFirst={isFirst} onSet={onSet} />
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
  /**
   * Whether the present password is that of the first start, with which the user has just signed in: it is not asked
   * for again.
   */
  isFirst: boolean;
  onSet: () => unknown;
  /** Given by the wizard, where the button to go on saves the password. */
  useSave?: (save: () => Promise<boolean | 'later'>) => void;
}

/** The form for a new password, which is typed twice, with the present one. */
export function PasswordForm({ api, name, isFirst, onSet, useSave = () => undefined }: PasswordSettings) {
  const [first, second, present] = [useSignal(''), useSignal(''), useSignal('')];
  // The mistake is a function, since its words change with the language.
  const wrong = useSignal<(() => string) | undefined>(undefined);
  const isShort = first.value !== '' && first.value.length < LEAST;
  const differs = second.value !== '' && first.value !== second.value;
  const isReady = first.value.length >= LEAST && first.value === second.value && (isFirst || present.value !== '');
  const set = async (): Promise<boolean> => {
    const own = isFirst ? {} : { present: present.value };
    const answer = await api.send('PUT', `/accounts/${name}/password`, { password: first.value, ...own });
    wrong.value = answer.trouble?.code === 'password' ? () => texts.wrongPresent : undefined;
    if (wrong.value === undefined) orTell(answer, texts.passwordSet);
    if (answer.trouble) return false;
    first.value = second.value = present.value = '';
    await onSet();
    return true;
  };
  useSave(async () => {
    // Without a new password that of the first start stays, so this step is not done.
    if (first.value === '' && second.value === '') return isFirst ? 'later' : true;
    if (isReady) return set();
    if (!isShort && !differs) wrong.value = () => (isFirst ? texts.again : texts.wrongPresent);
    return false;
  });
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void set();
      }}
    >
      <Keeper name={name} />
      {!isFirst && (
        <TextField
          label={texts.presentPassword}
          help={texts.presentHelp}
          type="password"
          autocomplete="current-password"
          error={wrong.value?.()}
          value={present.value}
          onText={(text) => void (present.value = text)}
        />
      )}
      <div class="columns">
        <TextField
          label={texts.newPassword}
          help={texts.passwordForm}
          type="password"
          autocomplete="new-password"
          required
          maxLength={128}
          error={isShort ? texts.passwordShort : undefined}
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
        <Button submit disabled={!isReady}>
          {texts.setPassword}
        </Button>
      </div>
    </form>
  );
}

/** The hidden name of the account, by which password managers know whose password it is. */
const Keeper = ({ name }: { name: AccountName }) => (
  <input class="unseen" type="text" autocomplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
);

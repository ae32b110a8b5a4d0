import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { tell } from '#lib/pages/toasts.ts';
import { usePage } from '../page-context.ts';
import { Checks, ServerTest } from '../schedule/origins.tsx';
import type { Check } from '../schedule/types.ts';
import { useSchedule } from '../schedule/use-schedule.ts';
import { texts } from './start-texts.ts';
import { useSave } from './step-context.ts';
import { orTell } from '../../shared/tell-trouble.ts';

/** The server that plans the recordings, and whether it can be reached. */
export function SchedulerStep() {
  return (
    <div class="form">
      <p>{texts.schedulerWhy}</p>
      <ServerSettings />
    </div>
  );
}

/** The present server, and the form for another one. */
export function ServerSettings() {
  const { api } = usePage();
  const { schedule, look } = useSchedule();
  const server = schedule.value?.server;
  const remove = async (): Promise<void> => {
    if (!orTell(await api.send('PUT', '/schedule/server', { server: null }))) return;
    if (orTell(await api.send('POST', '/restart'))) tell('done', texts.serverRemoved);
    await look();
  };
  return (
    <>
      {schedule.value && <p>{server ? texts.serverNow(server.url) : texts.noServer}</p>}
      {server && <ServerTest />}
      {server && (
        <div>
          <Button onPress={remove}>{texts.removeServer}</Button>
        </div>
      )}
      <ServerForm />
    </>
  );
}

const BLANK = { url: '', agent: '', user: '', password: '' };

function ServerForm() {
  const { api } = usePage();
  const typed = useSignal(BLANK);
  const auth = useSignal<'basic' | 'digest'>('basic');
  const checks = useSignal<readonly Check[]>([]);
  const { url, agent, user, password } = typed.value;
  const isTyped = url.trim() !== '';
  const field = (key: keyof typeof BLANK) => ({
    value: typed.value[key],
    onText: (text: string) => void (typed.value = { ...typed.value, [key]: text }),
  });
  const server = () => ({
    url: url.trim(),
    auth: auth.value,
    ...(agent.trim() ? { agent: agent.trim() } : {}),
    ...(user ? { user } : {}),
    ...(user && password ? { password } : {}),
  });
  const test = async (): Promise<void> => {
    const answer = await api.send<{ checks: Check[] }>('POST', '/schedule/check', { server: server() });
    checks.value = orTell(answer)?.checks ?? [];
  };
  const keep = async (): Promise<boolean> => {
    if (!orTell(await api.send('PUT', '/schedule/server', { server: server() }))) return false;
    typed.value = BLANK;
    if (orTell(await api.send('POST', '/restart'))) tell('done', texts.serverKept);
    return true;
  };
  useSave(async () => !isTyped || keep());
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <TextField label={texts.serverUrl} type="url" placeholder="https://opencast.example.org" {...field('url')} />
      <div class="columns">
        <TextField label={texts.agent} help={texts.agentHelp} {...field('agent')} />
        <ChoiceField
          label={texts.auth}
          value={auth.value}
          choices={[
            { value: 'basic', text: 'Basic' },
            { value: 'digest', text: 'Digest' },
          ]}
          onChoice={(value) => void (auth.value = value)}
        />
      </div>
      <div class="columns">
        <TextField label={texts.user} autocomplete="off" {...field('user')} />
        <TextField label={texts.secret} type="password" autocomplete="off" {...field('password')} />
      </div>
      <p class="soft small">{texts.serverAfter}</p>
      <div class="choices">
        <Button disabled={!isTyped} onPress={test}>
          {texts.testFirst}
        </Button>
        <Button submit disabled={!isTyped}>
          {texts.keepServer}
        </Button>
      </div>
      <Checks checks={checks.value} />
    </form>
  );
}

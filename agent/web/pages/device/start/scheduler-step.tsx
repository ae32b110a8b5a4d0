import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { tell } from '#lib/pages/toasts.ts';
import { usePage } from '../page-context.ts';
import { ServerTest } from '../schedule/origins.tsx';
import { useSchedule } from '../schedule/use-schedule.ts';
import { texts } from './start-texts.ts';
import { orTell } from '../../shared/tell-trouble.ts';

/** Who plans the recordings, and whether they can be reached; what fails is told in words. */
export function SchedulerStep() {
  const { schedule } = useSchedule();
  const server = schedule.value?.server;
  return (
    <div class="form">
      <p>{texts.schedulerWhy}</p>
      {server && <p>{texts.serverNow(server.url)}</p>}
      {server && <ServerTest />}
      <ServerForm />
    </div>
  );
}

function ServerForm() {
  const { api } = usePage();
  const [url, agent, user, password] = [useSignal(''), useSignal(''), useSignal(''), useSignal('')];
  const auth = useSignal<'basic' | 'digest'>('basic');
  const keep = async (): Promise<void> => {
    const server = {
      url: url.value.trim(),
      auth: auth.value,
      ...(agent.value.trim() ? { agent: agent.value.trim() } : {}),
      ...(user.value ? { user: user.value, password: password.value } : {}),
    };
    if (!orTell(await api.send('PUT', '/schedule/server', { server }))) return;
    if (orTell(await api.send('POST', '/restart'))) tell('done', texts.serverKept);
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <TextField
        label={texts.serverUrl}
        type="url"
        placeholder="https://opencast.example.org"
        value={url.value}
        onText={(text) => void (url.value = text)}
      />
      <div class="columns">
        <TextField
          label={texts.agent}
          help={texts.agentHelp}
          value={agent.value}
          onText={(text) => void (agent.value = text)}
        />
        <ChoiceField
          label={texts.auth}
          value={auth.value}
          choices={[
            { value: 'basic', text: 'Basic' },
            { value: 'digest', text: 'Digest' },
          ]}
          onChoice={(value) => void (auth.value = value)}
        />
        <TextField
          label={texts.user}
          autocomplete="off"
          value={user.value}
          onText={(text) => void (user.value = text)}
        />
        <TextField
          label={texts.secret}
          type="password"
          autocomplete="off"
          value={password.value}
          onText={(text) => void (password.value = text)}
        />
      </div>
      <div>
        <Button submit disabled={url.value.trim() === ''}>
          {texts.keepServer}
        </Button>
      </div>
    </form>
  );
}

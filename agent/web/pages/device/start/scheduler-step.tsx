import { useSignal } from '@preact/signals';
import { Button } from '../../shared/button.tsx';
import { ChoiceField, TextField } from '../../shared/field.tsx';
import { orTell, tell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { ServerTest } from '../schedule/origins.tsx';
import { useSchedule } from '../schedule/use-schedule.ts';
import { said } from './said.ts';

/** Who plans the recordings, and whether they can be reached; what fails is told in words. */
export function SchedulerStep() {
  const { schedule } = useSchedule();
  const server = schedule.value?.server;
  return (
    <div class="form">
      <p>{said.schedulerWhy}</p>
      {server && <p>{said.serverNow(server.url)}</p>}
      {server && <ServerTest />}
      <ServerForm />
    </div>
  );
}

function ServerForm() {
  const { api } = useDesk();
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
    if (orTell(await api.send('POST', '/restart'))) tell('done', said.serverKept);
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
        label={said.serverUrl}
        type="url"
        placeholder="https://opencast.example.org"
        value={url.value}
        onText={(text) => void (url.value = text)}
      />
      <div class="columns">
        <TextField
          label={said.agent}
          help={said.agentHelp}
          value={agent.value}
          onText={(text) => void (agent.value = text)}
        />
        <ChoiceField
          label={said.auth}
          value={auth.value}
          choices={[
            { value: 'basic', text: 'Basic' },
            { value: 'digest', text: 'Digest' },
          ]}
          onChoice={(value) => void (auth.value = value)}
        />
        <TextField
          label={said.user}
          autocomplete="off"
          value={user.value}
          onText={(text) => void (user.value = text)}
        />
        <TextField
          label={said.secret}
          type="password"
          autocomplete="off"
          value={password.value}
          onText={(text) => void (password.value = text)}
        />
      </div>
      <div>
        <Button submit disabled={url.value.trim() === ''}>
          {said.keepServer}
        </Button>
      </div>
    </form>
  );
}

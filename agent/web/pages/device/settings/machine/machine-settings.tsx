import { signal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '#lib/pages/button.tsx';
import { tell } from '#lib/pages/toasts.ts';
import { orTell } from '../../../shared/tell-trouble.ts';
import { usePage } from '../../page-context.ts';
import { ServerSettings } from '../../start/scheduler-step.tsx';
import { useUnsaved } from '../../unsaved.tsx';
import { Part } from '../form.tsx';
import { Leaf } from '../leaf.tsx';
import { openSettingsDraft, SettingsContext, useSettings, type DraftSource } from '../settings-draft.ts';
import { at } from '../document.ts';
import type { Schema } from '../schema.ts';
import { texts } from '../settings-texts.ts';
import { useWords } from '../use-words.ts';
import { ZoneField } from './zone-field.tsx';

interface Told {
  schema: Schema;
  document: unknown;
  fixed: string[];
  waits: boolean;
}

/** The source of the settings of the machine: they are kept at once, and count from the next start on. */
const sourceOf = (told: Signal<Told | undefined>): DraftSource => ({
  async load(api) {
    told.value = orTell(await api.get<Told>('/machine/settings'));
    return told.value && { schema: told.value.schema, document: told.value.document, machine: {} };
  },
  // The box checks these settings when they are kept; until then no mistake is told.
  check: async () => ({ mistakes: [], changes: [] }),
  apply: (api, given) => api.send('PATCH', '/machine/settings', { given }),
});

/** The form for the settings at some places, with the button to save them. */
function MachineForm({ paths }: { paths: readonly (readonly string[])[] }) {
  const { api } = usePage();
  const told = useMemo(() => signal<Told | undefined>(undefined), []);
  const draft = useMemo(() => openSettingsDraft(api, sourceOf(told)), []);
  useEffect(() => void draft.load(), []);
  useUnsaved(draft.changed.value.size > 0, () => false);
  const schema = draft.schema.value;
  if (!schema) return <p class="soft">{texts.loading}</p>;
  const fixed = told.value?.fixed.filter((key) => paths.some((path) => key.startsWith(path.join('.')))) ?? [];
  return (
    <SettingsContext.Provider value={draft}>
      <div class="form">
        {told.value?.waits && <Waits />}
        {fixed.length > 0 && (
          <p class="soft small">
            {texts.fixedKeys}{' '}
            {fixed.map((key) => (
              <code key={key}>{key} </code>
            ))}
          </p>
        )}
        {paths.map((path) => (
          <MachinePart key={path.join('.')} schema={schema} path={path} />
        ))}
        <SaveBar />
      </div>
    </SettingsContext.Provider>
  );
}

function MachinePart({ schema, path }: { schema: Schema; path: readonly string[] }) {
  const inner = path.reduce<Schema | undefined>((one, key) => one?.properties?.[key], schema);
  if (!inner) return null;
  if (path.length === 1 && path[0] === 'timeZone') return <Zone />;
  if (path.length === 1 && path[0] === 'timeServers') return <TimeServers />;
  return <Part schema={inner} path={path} />;
}

function Zone() {
  const settings = useSettings();
  const { label, help } = useWords(['timeZone']);
  const value = at(settings.document.value, ['timeZone']);
  return (
    <ZoneField
      label={label}
      help={help}
      value={typeof value === 'string' ? value : 'UTC'}
      onZone={(zone) => settings.set(['timeZone'], zone)}
    />
  );
}

/** The field of the time servers; if it is empty, the machine keeps its own. */
function TimeServers() {
  const settings = useSettings();
  const value = at(settings.document.value, ['timeServers']);
  return (
    <Leaf
      kind={{ kind: 'text', maxLength: 500 }}
      path={['timeServers']}
      value={typeof value === 'string' ? value : ''}
    />
  );
}

function SaveBar() {
  const settings = useSettings();
  const count = settings.changed.value.size;
  if (count === 0) return null;
  const save = async (): Promise<void> => {
    if (await settings.apply()) tell('done', texts.keptForStart);
  };
  return (
    <div class="apply-bar" role="region" aria-label={texts.unsaved(count)}>
      <p role="status">
        <strong>{texts.unsaved(count)}</strong>
      </p>
      <div class="choices">
        <Button onPress={() => settings.discard()}>{texts.discard}</Button>
        <Button kind="main" onPress={save}>
          {texts.save}
        </Button>
      </div>
    </div>
  );
}

/** Tells that something counts only after a restart, and offers one. */
function Waits() {
  const { api, box } = usePage();
  const runs = box.state.value?.wanted.recording.state !== 'stopped';
  const restart = async (): Promise<unknown> => orTell(await api.send('POST', '/restart'), texts.restarting);
  return (
    <div class="away choices">
      <span>{texts.waitsForStart}</span>
      <Button disabled={runs} onPress={restart}>
        {texts.restart}
      </Button>
    </div>
  );
}

/** The clock of the machine, as it tells it. */
interface Clock {
  timeServers: string[];
  takesTimeServers: boolean;
}

export function TimePage() {
  const { api } = usePage();
  const clock = useMemo(() => signal<Clock | undefined>(undefined), []);
  useEffect(() => {
    void api.get<Clock>('/machine').then(({ value }) => void (clock.value = value));
  }, []);
  if (!clock.value) return <p class="soft">{texts.loading}</p>;
  const { timeServers, takesTimeServers } = clock.value;
  return (
    <>
      <MachineForm paths={takesTimeServers ? [['timeZone'], ['timeServers']] : [['timeZone']]} />
      <section class="card">
        <h3>{texts.timeServersNow}</h3>
        <p>{timeServers.join(', ') || texts.noTimeServers}</p>
        {!takesTimeServers && <p class="soft small">{texts.timeServersHelp}</p>}
      </section>
    </>
  );
}

export const StoragePage = () => <MachineForm paths={[['recordings']]} />;

export const SchedulerPage = () => (
  <>
    <section class="card">
      <h3>{texts.server}</h3>
      <ServerSettings />
    </section>
    <MachineForm paths={[['schedule']]} />
  </>
);

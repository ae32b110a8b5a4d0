import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Answer, Api, Mistake } from '../../shared/api.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { changedPlaces, patchOf, withAt, type Path } from './document.ts';
import type { Schema } from './schema.ts';

export interface Change {
  key: string;
  before?: unknown;
  after?: unknown;
}

/** The settings as they are now, with the changes that are not applied yet. */
export interface SettingsDraft {
  /** The schema of the settings; undefined until it is read. */
  schema: ReadonlySignal<Schema | undefined>;
  document: Signal<unknown>;
  machine: ReadonlySignal<Record<string, unknown>>;
  changed: ReadonlySignal<ReadonlySet<string>>;
  mistakes: ReadonlySignal<readonly Mistake[]>;
  /** The changes that applying would make, as the box tells them. */
  changes: ReadonlySignal<readonly Change[]>;
  set(path: Path, value: unknown): void;
  discard(): void;
  load(): Promise<void>;
  /** Applies the changes; false if the box refused, which is told. */
  apply(): Promise<boolean>;
}

/** Time after the last change until the box is asked to check it. */
const CHECK_MS = 400;

/** The way in which settings are read, checked and applied. */
export interface DraftSource {
  load(api: Api): Promise<{ schema: Schema; document: unknown; machine: Record<string, unknown> } | undefined>;
  /** Gives mistakes and changes without applying them; undefined if the box does not answer. */
  check(api: Api, given: unknown): Promise<{ mistakes: readonly Mistake[]; changes: readonly Change[] } | undefined>;
  apply(api: Api, given: unknown): Promise<Answer<unknown>>;
}

/** The settings that are set remotely; they count at once. */
export const BOX_SETTINGS: DraftSource = {
  async load(api) {
    const [keys, now] = await Promise.all([
      api.get<{ schema: Schema }>('/configuration/keys'),
      api.get<{ document: unknown; machine: Record<string, unknown> }>('/configuration'),
    ]);
    const [told, set] = [orTell(keys), orTell(now)];
    return told && set && { schema: told.schema, document: set.document, machine: set.machine };
  },
  check: async (api, given) =>
    (await api.send<{ mistakes: Mistake[]; changes: Change[] }>('POST', '/configuration/check', { given })).value,
  apply: (api, given) => api.send('PATCH', '/configuration', { given }),
};

/** Opens a draft; it is empty until `load`. */
export function openSettingsDraft(api: Api, source: DraftSource = BOX_SETTINGS): SettingsDraft {
  const schema = signal<Schema | undefined>(undefined);
  const before = signal<unknown>(undefined);
  const document = signal<unknown>(undefined);
  const machine = signal<Record<string, unknown>>({});
  const mistakes = signal<readonly Mistake[]>([]);
  const changes = signal<readonly Change[]>([]);
  const changed = computed(() => new Set(changedPlaces(before.value, document.value)));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  const check = async (): Promise<void> => {
    const given = patchOf(before.peek(), document.peek());
    const mine = ++asked;
    if (given === undefined) return void ([mistakes.value, changes.value] = [[], []]);
    const found = await source.check(api, given);
    if (found && mine === asked) [mistakes.value, changes.value] = [found.mistakes, found.changes];
  };
  const set = (path: Path, value: unknown): void => {
    document.value = withAt(document.peek(), path, value);
    clearTimeout(timer);
    timer = setTimeout(() => void check(), CHECK_MS);
  };
  const load = async (): Promise<void> => {
    const now = await source.load(api);
    if (!now) return;
    machine.value = now.machine;
    before.value = document.value = now.document;
    schema.value = now.schema;
    [mistakes.value, changes.value] = [[], []];
  };
  return {
    schema,
    document,
    machine,
    changed,
    mistakes,
    changes,
    set,
    load,
    discard() {
      document.value = before.peek();
      void check();
    },
    async apply() {
      clearTimeout(timer);
      const answer = await source.apply(api, patchOf(before.peek(), document.peek()));
      if (answer.trouble?.mistakes)
        mistakes.value = answer.trouble.mistakes.map((one) => ({
          ...one,
          at: one.at.replace(/^body\.(given\.)?/, ''),
        }));
      if (orTell(answer) === undefined) return false;
      await load();
      return true;
    },
  };
}

export const SettingsContext = createContext<SettingsDraft | undefined>(undefined);

/** The draft that a component is in. Throws outside of one. */
export function useSettings(): SettingsDraft {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error('no settings are open');
  return settings;
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Api, Mistake } from '../../shared/api.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { changedPlaces, patchOf, withAt, type Path } from './document.ts';
import type { Schema } from './schema.ts';

export interface Change {
  key: string;
  words: string;
}

/** The settings as they are, and as they are to be. */
export interface SettingsDraft {
  /** Undefined until the box told. */
  schema: ReadonlySignal<Schema | undefined>;
  document: Signal<unknown>;
  machine: ReadonlySignal<Record<string, unknown>>;
  changed: ReadonlySignal<ReadonlySet<string>>;
  mistakes: ReadonlySignal<readonly Mistake[]>;
  /** What the box says that would change. */
  changes: ReadonlySignal<readonly Change[]>;
  set(path: Path, value: unknown): void;
  discard(): void;
  load(): Promise<void>;
  /** True: it is applied. */
  apply(): Promise<boolean>;
}

const CHECK_MS = 400;

export function openSettingsDraft(api: Api): SettingsDraft {
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
    const { value } = await api.send<{ mistakes: Mistake[]; changes: Change[] }>('POST', '/configuration/check', {
      given,
    });
    if (value && mine === asked) [mistakes.value, changes.value] = [value.mistakes, value.changes];
  };
  const set = (path: Path, value: unknown): void => {
    document.value = withAt(document.peek(), path, value);
    clearTimeout(timer);
    timer = setTimeout(() => void check(), CHECK_MS);
  };
  const load = async (): Promise<void> => {
    const [keys, now] = await Promise.all([
      api.get<{ schema: Schema }>('/configuration/keys'),
      api.get<{ document: unknown; machine: Record<string, unknown> }>('/configuration'),
    ]);
    const [told, set] = [orTell(keys), orTell(now)];
    if (!told || !set) return;
    machine.value = set.machine;
    before.value = document.value = set.document;
    schema.value = told.schema;
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
      const given = patchOf(before.peek(), document.peek());
      const answer = await api.send<{ changes: Change[] }>('PATCH', '/configuration', { given });
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

export function useSettings(): SettingsDraft {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error('no settings are open');
  return settings;
}

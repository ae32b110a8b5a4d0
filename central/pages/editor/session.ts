import { signal, type Signal } from '@preact/signals';
import { tell } from '@amphi/lib/pages/toasts.ts';
import type { Edit } from '../../editing/edit.ts';
import type { ShownLock } from '../../editing/shown-edit.ts';
import { takeCovers } from './cover-picture.ts';
import type { EditorStore } from './editor-store.ts';
import { texts } from './editor-texts.ts';
import { whyNotSaved, type NotSavable } from './model/document.ts';
import { startDraftKeeper, type DraftState, type LocalCopy } from './server/draft-keeper.ts';
import type { CoverSent, EditApi, Trouble } from './server/edit-api.ts';
import type { Opened } from './server/opening.ts';

/** Question that a person has to answer before the editor goes on. */
export type Question =
  /** The session ended. */
  | { kind: 'sign in' }
  /** Another window changed the draft. */
  | { kind: 'other window' }
  /** Somebody saved meanwhile; `workflow` was to begin after saving. */
  | { kind: 'changed'; text: string; workflow: string | undefined }
  | { kind: 'start over' };

/** Another editor of the event, and since when (ISO 8601). */
export interface OtherEditor {
  account: string;
  since: string;
  /** `has`: that one was here first; `took`: it took the lock over; `came`: it came second, and this window has the lock. */
  kind: 'has' | 'took' | 'came';
}

/** The editor's side of what the server keeps: draft, lock, and saving. */
export interface Session {
  opened: Opened;
  draft: Signal<DraftState>;
  /** Who else has the event open; undefined: nobody has. */
  other: Signal<OtherEditor | undefined>;
  question: Signal<Question | undefined>;
  isSaving: Signal<boolean>;
  /** Tells the edit as it is now; what differs from the last one is kept as a draft. */
  follow(edit: Edit): void;
  /** Takes the lock and keeps it, until the function that it gives is called. */
  start(): () => void;
  /** Saves; with a workflow, publishes as well. */
  save(workflow: string | undefined, isForced?: boolean): Promise<void>;
  signedIn(): Promise<void>;
  takeOver(): Promise<void>;
  keepThisWindow(): Promise<void>;
  /** Goes back to what is saved. */
  startOver(): Promise<void>;
  reload(): Promise<void>;
}

type Saved = NonNullable<Awaited<ReturnType<EditApi['save']>>['value']>;

interface SessionNeeds {
  api: EditApi;
  store: EditorStore;
  opened: Opened;
  local: LocalCopy;
  reload: () => Promise<void>;
}

/** Time in milliseconds after which the lock is refreshed, and after which it is asked who has it. */
const REFRESH_MS = 60_000;
const LOOK_MS = 5000;

/** Opens the session of an editor. */
export function openSession({ api, store, opened, local, reload }: SessionNeeds): Session {
  const draft = signal<DraftState>(opened.from === 'saved' ? { kind: 'none' } : { kind: 'kept' });
  const question = signal<Question | undefined>(undefined);
  const other = signal<OtherEditor | undefined>(otherOf(store.shown.lock ?? undefined, 'has'));
  const isSaving = signal(false);
  let base = opened.base;
  let followed = JSON.stringify(opened.from === 'browser' ? store.shown.saved : store.edit.value);
  let coverSent: number | null = null;
  const keeper = startDraftKeeper(
    {
      send: (one) => api.keepDraft(one),
      local,
      later: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
      onState(state) {
        draft.value = state;
        if (state.kind === 'stranger') question.value = { kind: 'sign in' };
        if (state.kind === 'changed') question.value = { kind: 'other window' };
      },
    },
    opened,
  );
  const takeLock = async (force: boolean): Promise<void> => {
    const { trouble } = await api.lock(force);
    if (trouble?.status === 401) question.value ??= { kind: 'sign in' };
    await look();
  };
  let isFirst = true;
  const look = async (): Promise<void> => {
    const { value, trouble } = await api.whoEdits();
    if (trouble) return;
    const before = isFirst ? 'has' : other.value?.kind;
    isFirst = false;
    other.value = otherOf(value, before);
    // Nobody has it: the other one left.
    if (!value && (await api.lock(false)).trouble === undefined) other.value = undefined;
  };
  const saved = ({ version, workflow, notPublished }: Saved): void => {
    base = version;
    followed = JSON.stringify(store.edit.value);
    keeper.restart(version, 0);
    if (notPublished !== undefined) tell('trouble', texts.notPublished(notPublished));
    else tell('done', workflow === null ? texts.saved : texts.published);
  };
  const save: Session['save'] = async (workflow, isForced = false) => {
    if (isSaving.value) return;
    const why = whyNotSaved(store.document.value, store.shown.durationMs);
    if (why.length > 0) return why.forEach((one) => tell('trouble', reason(one)));
    isSaving.value = true;
    try {
      const { cover } = store.document.value;
      const edit = store.edit.value;
      const covers = cover === null || cover === coverSent ? [] : await takeCovers(store, cover);
      if (covers === undefined) return tell('trouble', texts.coverFailed);
      if (isForced) base = (await api.load()).value?.version ?? base;
      const { value, trouble } = await sendEdit(edit, covers, workflow);
      if (trouble) return refused(trouble, workflow);
      coverSent = cover;
      question.value = undefined;
      saved(value);
      // What was changed while it was being saved is a new draft.
      if (store.edit.value !== edit) keeper.change(store.edit.value);
    } finally {
      isSaving.value = false;
    }
  };
  const sendEdit = (edit: Edit, covers: readonly CoverSent[], workflow: string | undefined) =>
    api.save({ edit, base, covers, ...(workflow === undefined ? {} : { workflow }) });
  const refused = ({ status, text }: Trouble, workflow: string | undefined): void => {
    if (status === 401) question.value = { kind: 'sign in' };
    else if (status === 409) question.value = { kind: 'changed', text, workflow };
    else tell('trouble', status === 0 ? texts.away : text);
  };
  return {
    opened,
    draft,
    other,
    question,
    isSaving,
    follow(edit) {
      const text = JSON.stringify(edit);
      if (text === followed) return;
      followed = text;
      keeper.change(edit);
    },
    start() {
      void takeLock(false);
      const timer = setInterval(() => void takeLock(false), REFRESH_MS);
      const looking = setInterval(() => void (document.visibilityState === 'visible' && look()), LOOK_MS);
      const leave = (): void => keeper.retry();
      const hidden = (): void =>
        void (document.visibilityState === 'hidden' && draft.value.kind === 'waiting' && leave());
      const unlock = (): void => api.unlock();
      document.addEventListener('visibilitychange', hidden);
      window.addEventListener('pagehide', unlock);
      return () => {
        clearInterval(timer);
        clearInterval(looking);
        document.removeEventListener('visibilitychange', hidden);
        window.removeEventListener('pagehide', unlock);
        keeper.close();
      };
    },
    save,
    async signedIn() {
      question.value = undefined;
      const { value } = await api.load();
      // Another account has a draft of its own: what is on the page is opened there only if it has none.
      if (value && value.account !== store.shown.account && value.draft) question.value = { kind: 'other window' };
      else keeper.retry();
      void takeLock(false);
    },
    takeOver: () => takeLock(true),
    async keepThisWindow() {
      const { value } = await api.load();
      question.value = undefined;
      keeper.overwrite(value?.draft?.revision ?? 0);
    },
    async startOver() {
      const { trouble } = await api.dropDraft();
      if (trouble) return refused(trouble, undefined);
      keeper.restart(base, 0);
      question.value = undefined;
      await reload();
    },
    reload,
  };
}

/** Another editor, by the lock as the server has it. `before`: what it was, as far as this window knew. Pure. */
export function otherOf(lock: ShownLock | undefined, before: OtherEditor['kind'] | undefined): OtherEditor | undefined {
  if (!lock) return undefined;
  if (!lock.isOwn) return { account: lock.account, since: lock.since, kind: before === 'has' ? 'has' : 'took' };
  return lock.second ? { account: lock.second.account, since: lock.second.at, kind: 'came' } : undefined;
}

/** A reason why an edit cannot be saved, in words. */
export const reason = (why: NotSavable): string =>
  ({ 'nothing kept': texts.nothingKept, 'no title': texts.noTitle, captions: texts.wrongCaptions })[why];

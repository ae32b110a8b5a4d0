import type { Edit } from '../../../editing/edit.ts';
import type { Answer } from './edit-api.ts';

/** State of a draft on its way to the server. */
export type DraftState =
  /** Nothing was changed since the last save. */
  | { kind: 'none' }
  | { kind: 'kept' }
  | { kind: 'waiting' }
  /** The server does not answer: it is asked again. */
  | { kind: 'away' }
  /** The session ended: a person has to sign in. */
  | { kind: 'stranger' }
  /** Another window of this person changed the draft. */
  | { kind: 'changed' }
  | { kind: 'refused'; text: string };

/** Copy of a draft that the browser keeps until the server has it. */
export interface LocalCopy {
  keep(draft: { edit: Edit; base: number; revision: number }): void;
  forget(): void;
}

export interface DraftKeeperNeeds {
  send(draft: { edit: Edit; base: number; revision: number }): Promise<Answer<{ revision: number }>>;
  local: LocalCopy;
  /** Calls a function after a time; gives its undoing. */
  later(ms: number, call: () => void): () => void;
  onState(state: DraftState): void;
}

/** Keeps the draft of an edit at the server, a moment after each change. */
export interface DraftKeeper {
  change(edit: Edit): void;
  /** Sends at once what waits: after signing in, or when the page is left. */
  retry(): void;
  /** Sends the edit even though another window changed the draft. `revision` is the one of the server. */
  overwrite(revision: number): void;
  /** Begins anew: the edit was saved, or thrown away. */
  restart(base: number, revision: number): void;
  close(): void;
}

/** Time in milliseconds after the last change at which the draft is sent, and after which it is tried again. */
const AFTER_MS = 800;
const AGAIN_MS = 5000;

/** Starts keeping drafts. `base` and `revision` are those of the draft that is edited, 0 for a new one. */
export function startDraftKeeper(needs: DraftKeeperNeeds, first: { base: number; revision: number }): DraftKeeper {
  let { base, revision } = first;
  let pending: Edit | undefined;
  let cancel: (() => void) | undefined;
  let isSending = false;
  let isBlocked = false;
  let life = 0;
  const plan = (ms: number): void => {
    cancel?.();
    cancel = needs.later(ms, () => void send());
  };
  const send = async (): Promise<void> => {
    cancel?.();
    const edit = pending;
    if (edit === undefined || isSending || isBlocked) return;
    isSending = true;
    const mine = life;
    const { value, trouble } = await needs.send({ edit, base, revision });
    isSending = false;
    // The edit was saved or thrown away meanwhile.
    if (mine !== life) {
      if (pending) plan(0);
      return;
    }
    if (value) {
      revision = value.revision;
      if (pending !== edit) return plan(0);
      pending = undefined;
      needs.local.forget();
      return needs.onState({ kind: 'kept' });
    }
    if (trouble.status === 0 || trouble.status >= 500) {
      needs.onState({ kind: 'away' });
      return plan(AGAIN_MS);
    }
    isBlocked = trouble.status === 401 || trouble.status === 409;
    if (trouble.status === 401) needs.onState({ kind: 'stranger' });
    else if (trouble.status === 409) needs.onState({ kind: 'changed' });
    else needs.onState({ kind: 'refused', text: trouble.text });
  };
  return {
    change(edit) {
      pending = edit;
      needs.local.keep({ edit, base, revision });
      if (isBlocked) return;
      needs.onState({ kind: 'waiting' });
      plan(AFTER_MS);
    },
    retry() {
      isBlocked = false;
      plan(0);
    },
    overwrite(known) {
      revision = known;
      isBlocked = false;
      plan(0);
    },
    restart(nextBase, nextRevision) {
      life += 1;
      [base, revision, pending, isBlocked] = [nextBase, nextRevision, undefined, false];
      cancel?.();
      needs.local.forget();
      needs.onState({ kind: 'none' });
    },
    close: () => cancel?.(),
  };
}

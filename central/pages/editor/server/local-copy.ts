import type { Edit } from '../../../editing/edit.ts';
import type { LocalCopy } from './draft-keeper.ts';

/** A draft that the server does not have yet. */
export interface KeptLocally {
  edit: Edit;
  base: number;
  revision: number;
}

const keyOf = (account: string, event: string): string => `amphi-edit ${account} ${event}`;

/** The copy of an event's draft in this browser, for one account. Where storage is forbidden, there is none. */
export function openLocalCopy(
  account: string,
  event: string,
  storage: Storage | undefined,
): LocalCopy & { read(): KeptLocally | undefined } {
  const key = keyOf(account, event);
  const tried = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch {
      // Storage is full or forbidden: the server's copy has to do.
      return undefined;
    }
  };
  return {
    keep: (draft) => tried(() => storage?.setItem(key, JSON.stringify(draft))),
    forget: () => tried(() => storage?.removeItem(key)),
    read: () =>
      tried(() => {
        const text = storage?.getItem(key);
        return text ? (JSON.parse(text) as KeptLocally) : undefined;
      }),
  };
}

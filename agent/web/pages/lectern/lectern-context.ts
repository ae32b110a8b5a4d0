import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LecternView } from '../../lectern/shown.ts';
import type { Api } from '../shared/api.ts';
import { orTell } from '../shared/tell-trouble.ts';
import type { LecternStore } from './lectern-store.ts';

/** The objects that all parts of the lectern page use. */
export interface LecternParts {
  api: Api;
  store: LecternStore;
}

export const LecternContext = createContext<LecternParts | undefined>(undefined);

/** The lectern page that a component is in. Throws outside of one. */
export function useLectern(): LecternParts {
  const parts = useContext(LecternContext);
  if (!parts) throw new Error('this part stands outside the lectern');
  return parts;
}

/** Gives a function that asks the box for what was tapped, and shows its answer at once. */
export function useTap(): (what: { do: string } & Record<string, unknown>) => Promise<LecternView | undefined> {
  const { api, store } = useLectern();
  return async (what) => {
    const view = orTell(await api.send<LecternView>('POST', '/lectern/taps', what));
    if (view) store.take(view);
    return view;
  };
}

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LecternView } from '../../lectern/shown.ts';
import type { Api } from '../shared/api.ts';
import { orTell } from '../shared/tell-trouble.ts';
import type { LecternStore } from './lectern-store.ts';

/** What every part of the lectern page works with. */
export interface LecternParts {
  api: Api;
  store: LecternStore;
}

export const LecternContext = createContext<LecternParts | undefined>(undefined);

export function useLectern(): LecternParts {
  const parts = useContext(LecternContext);
  if (!parts) throw new Error('this part stands outside the lectern');
  return parts;
}

/** Asks the box for what was tapped; what it answers is shown at once. */
export function useTap(): (what: { do: string } & Record<string, unknown>) => Promise<LecternView | undefined> {
  const { api, store } = useLectern();
  return async (what) => {
    const view = orTell(await api.send<LecternView>('POST', '/lectern/taps', what));
    if (view) store.take(view);
    return view;
  };
}

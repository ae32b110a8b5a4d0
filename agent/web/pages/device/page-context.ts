import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { Api } from '../shared/api.ts';
import type { SessionNow } from '../shared/api-types.ts';
import type { BoxStore } from '../shared/box-store.ts';

/** The objects that all parts of the page use. */
export interface Page {
  api: Api;
  box: BoxStore;
  session: SessionNow;
  signOut: () => Promise<void>;
}

export const PageContext = createContext<Page | undefined>(undefined);

/** The page that a component is in. Throws outside of one. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('nobody has signed in');
  return page;
}

export type SessionSignal = Signal<SessionNow | 'unknown' | 'stranger'>;

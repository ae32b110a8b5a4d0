import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { Api } from '../shared/api.ts';
import type { SessionNow } from '../shared/api-types.ts';
import type { BoxStore } from '../shared/box-store.ts';

/** What everything on the page works with. */
export interface Page {
  api: Api;
  box: BoxStore;
  session: SessionNow;
  signOut: () => Promise<void>;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('nobody has signed in');
  return page;
}

export type SessionSignal = Signal<SessionNow | 'unknown' | 'stranger'>;

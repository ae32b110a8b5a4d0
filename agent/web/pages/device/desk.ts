import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import type { Api } from '../shared/api.ts';
import type { SessionNow } from '../shared/api-types.ts';
import type { BoxStore } from '../shared/box-store.ts';

/** What everything on the page works with. */
export interface Desk {
  api: Api;
  box: BoxStore;
  session: SessionNow;
  signOut: () => Promise<void>;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('nobody has signed in');
  return desk;
}

export type SessionSignal = Signal<SessionNow | 'unknown' | 'stranger'>;

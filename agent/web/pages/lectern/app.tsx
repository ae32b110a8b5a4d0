import { signal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { openBrowserApi } from '../shared/api.ts';
import { browserListening } from '../shared/listening.ts';
import { texts as common } from '../shared/shared-texts.ts';
import { Toaster } from '#lib/pages/toaster.tsx';
import { LecternContext } from './lectern-context.ts';
import { openLecternStore, type LecternStore } from './lectern-store.ts';
import { Lectern } from './lectern.tsx';
import { Pair } from './pair.tsx';

/** Time until the box is asked again after it did not answer. */
const AGAIN_MS = 2000;

/** The lectern page. It asks the box whether this tablet is paired, then shows the lectern, or asks for a code. */
export function App() {
  const stranger = useMemo(() => signal<boolean | undefined>(undefined), []);
  const api = useMemo(() => openBrowserApi(() => void (stranger.value = true)), []);
  useEffect(() => {
    if (stranger.value !== undefined) return undefined;
    const ask = async (): Promise<void> => {
      const { trouble } = await api.get('/lectern');
      if (!trouble) stranger.value = false;
      else if (trouble.status === 401) stranger.value = true;
      else timer = setTimeout(() => void ask(), AGAIN_MS);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    void ask();
    return () => clearTimeout(timer);
  }, [stranger.value]);
  return (
    <>
      {stranger.value === undefined && <p class="waiting soft">{common.unanswered}</p>}
      {stranger.value === true && <Pair api={api} onPaired={() => void (stranger.value = undefined)} />}
      {stranger.value === false && <Inside api={api} />}
      <Toaster />
    </>
  );
}

function Inside({ api }: { api: ReturnType<typeof openBrowserApi> }) {
  const [store, setStore] = useState<LecternStore>();
  useEffect(() => {
    // A box that ends the connection for good may have ended the pairing: a request finds out.
    const opened = openLecternStore(browserListening(() => void api.get('/lectern')));
    setStore(opened);
    return () => opened.close();
  }, []);
  if (!store) return null;
  return (
    <LecternContext.Provider value={{ api, store }}>
      <Lectern />
    </LecternContext.Provider>
  );
}

import { useEffect, useState } from 'preact/hooks';
import type { Api } from '../shared/api.ts';
import type { SessionNow } from '../shared/api-types.ts';
import { shownZone } from '#lib/pages/format.ts';
import { openBrowserStore, type BoxStore } from '../shared/box-store.ts';
import { Toaster } from '#lib/pages/toaster.tsx';
import { PageContext, type Page, type SessionSignal } from './page-context.ts';
import { Frame } from './frame.tsx';
import { SignIn } from './sign-in.tsx';

/** Time until the box is asked again after it did not answer. */
const AGAIN_MS = 2000;

/** The device page. It asks the box who the user is, then shows the page, or the form to sign in. */
export function App({ api, session }: { api: Api; session: SessionSignal }) {
  useEffect(() => {
    if (session.value !== 'unknown') return undefined;
    const ask = async (): Promise<void> => {
      const { value, trouble } = await api.get<SessionNow>('/session');
      if (value) session.value = value;
      else if (trouble.status === 401) session.value = 'stranger';
      else timer = setTimeout(() => void ask(), AGAIN_MS);
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    void ask();
    return () => clearTimeout(timer);
  }, [session.value]);
  const now = session.value;
  return (
    <>
      {now === 'stranger' && <SignIn api={api} onSignedIn={() => void (session.value = 'unknown')} />}
      {typeof now === 'object' && <Inside api={api} session={session} now={now} />}
      <Toaster />
    </>
  );
}

function Inside({ api, session, now }: { api: Api; session: SessionSignal; now: SessionNow }) {
  const [box, setBox] = useState<BoxStore>();
  useEffect(() => {
    // A box that ends the connection for good may have ended the session: a request finds out.
    const opened = openBrowserStore(() => void api.get('/status'));
    setBox(opened);
    void api.get<{ timeZone: string }>('/machine').then(({ value }) => {
      if (value) shownZone.value = value.timeZone;
    });
    return () => opened.close();
  }, []);
  if (!box) return null;
  const signOut = async (): Promise<void> => {
    await api.send('DELETE', '/session');
    session.value = 'unknown';
  };
  const page: Page = { api, box, session: now, signOut };
  return (
    <PageContext.Provider value={page}>
      <Frame />
    </PageContext.Provider>
  );
}

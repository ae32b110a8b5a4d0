import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '@amphi/lib/pages/button.tsx';
import { LanguageSwitch, ThemeSwitch } from '@amphi/lib/pages/preferences.tsx';
import { Toaster } from '@amphi/lib/pages/toaster.tsx';
import type { ShownEdit } from '../../editing/shown-edit.ts';
import { texts } from './editor-texts.ts';
import { Editor } from './editor.tsx';
import { openEditApi, type EditApi, type Trouble } from './server/edit-api.ts';
import { SignInForm } from './sign-in.tsx';

/** An id of this window: random, so that nobody else can give its lock back. It outlives a reload, and no longer. */
function windowId(): string {
  const key = 'amphi-edit-window';
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  try {
    const kept = sessionStorage.getItem(key) ?? made;
    sessionStorage.setItem(key, kept);
    return kept;
  } catch {
    return made;
  }
}

/** The page: it loads what is edited, asks who is there if the server asks, and opens the editor. */
export function App() {
  const event = useMemo(() => new URLSearchParams(location.search).get('event')?.trim() ?? '', []);
  const api = useMemo(() => openEditApi(event, windowId(), (url, init) => fetch(url, init)), [event]);
  const shown = useSignal<ShownEdit | undefined>(undefined);
  const trouble = useSignal<Trouble | undefined>(undefined);
  const load = async (): Promise<void> => {
    const answer = await api.load();
    trouble.value = answer.trouble;
    shown.value = answer.value;
  };
  useEffect(() => void (event !== '' && load()), []);
  const key = shown.value ? `${shown.value.version} ${shown.value.account} ${loads(shown.value)}` : '';
  return (
    <>
      {event === '' && <Door>{<p>{texts.noEvent}</p>}</Door>}
      {event !== '' && trouble.value && <Refused api={api} trouble={trouble.value} load={load} />}
      {event !== '' && !trouble.value && !shown.value && <p class="waiting soft">{texts.loading}</p>}
      {shown.value && !trouble.value && <Editor key={key} api={api} shown={shown.value} reload={load} />}
      <Toaster />
    </>
  );
}

const numbers = new WeakMap<ShownEdit, number>();
let count = 0;
/** A number for each load: a new one opens the editor anew. */
function loads(shown: ShownEdit): number {
  const known = numbers.get(shown) ?? ++count;
  numbers.set(shown, known);
  return known;
}

function Door({ children }: { children: preact.ComponentChildren }) {
  return (
    <main class="door">
      <div class="card">
        <h1>{texts.editor}</h1>
        {children}
      </div>
      <div class="choices">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  );
}

/** Why there is nothing to edit; where an account is missing, its form. */
function Refused({ api, trouble, load }: { api: EditApi; trouble: Trouble; load: () => Promise<void> }) {
  const { status, text } = trouble;
  const asks = status === 401 || status === 403;
  const why = new Map([
    [0, texts.away],
    [403, texts.mayNot],
    [404, texts.missing],
    [409, texts.notRecorded],
  ]).get(status);
  return (
    <Door>
      {status !== 401 && (
        <p class="mistake" role="alert">
          {why ?? text}
        </p>
      )}
      {status === 403 && <h2>{texts.otherAccount}</h2>}
      {asks && <SignInForm api={api} user="" onSignedIn={() => void load()} />}
      {!asks && <Button onPress={load}>{texts.again}</Button>}
    </Door>
  );
}

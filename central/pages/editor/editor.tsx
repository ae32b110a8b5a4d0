import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { language } from '@amphi/lib/pages/words.ts';
import type { ShownEdit } from '../../editing/shown-edit.ts';
import { commandsOf } from './commands.ts';
import { EditorContext, type EditorParts } from './editor-context.ts';
import { openEditorStore } from './editor-store.ts';
import { texts } from './editor-texts.ts';
import { openFilms } from './films.ts';
import { Head } from './head.tsx';
import { HelpDialog, keysAreOn } from './help.tsx';
import { listenToKeys } from './listen-keys.ts';
import { documentOf } from './model/document.ts';
import { Notices } from './notices.tsx';
import { Panels } from './panels/panels.tsx';
import { Preview } from './preview.tsx';
import { openSession, type Session } from './session.ts';
import { SessionDialogs } from './session-dialogs.tsx';
import type { EditApi } from './server/edit-api.ts';
import { openLocalCopy } from './server/local-copy.ts';
import { editToOpen } from './server/opening.ts';
import { Timeline } from './timeline/timeline.tsx';
import { Transport } from './transport.tsx';

interface EditorSettings {
  api: EditApi;
  shown: ShownEdit;
  reload: () => Promise<void>;
}

/** The editor of one recording. */
export function Editor({ api, shown, reload }: EditorSettings) {
  const asksHelp = useSignal(false);
  const { parts, session } = useMemo(() => open(api, shown, reload, () => void (asksHelp.value = true)), []);
  useEffect(() => {
    const stopKeys = listenToKeys(window, parts.run, () => keysAreOn.value);
    const stopDraft = effect(() => session.follow(parts.store.edit.value));
    const stop = session.start();
    const stopTitle = effect(
      () => void (document.title = `${parts.store.document.value.words.title} · ${texts.editor}`),
    );
    return () => {
      stopKeys();
      stopDraft();
      stopTitle();
      stop();
      parts.films.close();
    };
  }, []);
  return (
    <EditorContext.Provider value={parts}>
      <div class="editor" data-at={parts.store.playhead.value}>
        <Head session={session} />
        <Notices session={session} />
        <main class="work">
          <section class="watch" aria-label={texts.preview}>
            <Preview />
            <Transport />
          </section>
          <Panels />
          <Timeline />
        </main>
      </div>
      <SessionDialogs session={session} />
      {asksHelp.value && <HelpDialog onClose={() => void (asksHelp.value = false)} />}
    </EditorContext.Provider>
  );
}

function open(
  api: EditApi,
  shown: ShownEdit,
  reload: () => Promise<void>,
  help: () => void,
): { parts: EditorParts; session: Session } {
  const local = openLocalCopy(shown.account, shown.event.id, storage());
  const opened = editToOpen(shown, local.read());
  const store = openEditorStore(shown, documentOf(opened.edit, shown));
  const session = openSession({ api, store, opened, local, reload });
  const run = commandsOf(store, { save: () => void session.save(undefined), help }, () => language.value);
  return { parts: { store, api, films: openFilms(store), run }, session };
}

function storage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

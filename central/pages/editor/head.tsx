import { Button } from '@amphi/lib/pages/button.tsx';
import { LanguageSwitch, ThemeSwitch } from '@amphi/lib/pages/preferences.tsx';
import { useEditor } from './editor-context.ts';
import { texts } from './editor-texts.ts';
import { whyNotSaved } from './model/document.ts';
import { reason, type Session } from './session.ts';
import type { DraftState } from './server/draft-keeper.ts';

/** Workflow that publishes, where a server offers several. */
const USUAL = 'publish';

/** Head of the editor: title, undo and redo, the state of the draft, saving. */
export function Head({ session }: { session: Session }) {
  const { store, run } = useEditor();
  const { past, future } = store.history.value;
  const { title } = store.document.value.words;
  return (
    <header class="head">
      <a class="button skip" href="#timeline">
        {texts.timeline}
      </a>
      <h1 class="hall">{title.trim() === '' ? texts.editor : title}</h1>
      <p class="draft" role="status" data-state={session.draft.value.kind}>
        {draftWords(session.draft.value)}
      </p>
      <div class="choices">
        <Button onPress={() => run('undo')} disabled={past.length === 0} title={`${texts.undo} (Ctrl Z)`}>
          {texts.undo}
        </Button>
        <Button onPress={() => run('redo')} disabled={future.length === 0} title={`${texts.redo} (Ctrl Shift Z)`}>
          {texts.redo}
        </Button>
        <Saving session={session} />
        <Button kind="quiet" onPress={() => run('help')} label={texts.help} title={texts.help}>
          ?
        </Button>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </header>
  );
}

function Saving({ session }: { session: Session }) {
  const { store } = useEditor();
  const { workflows, isProcessed, durationMs } = store.shown;
  const why = whyNotSaved(store.document.value, durationMs).map(reason);
  const busy = session.isSaving.value;
  const usual = workflows.find(({ id }) => id === USUAL) ?? workflows[0];
  const noPublishing = isProcessed ? texts.isProcessed : texts.noWorkflows;
  return (
    <>
      <Button onPress={() => session.save(undefined)} disabled={busy || why.length > 0} title={why.join(' ')}>
        {texts.save}
      </Button>
      <Button
        kind="main"
        onPress={() => session.save(usual?.id)}
        disabled={busy || why.length > 0 || !usual || isProcessed}
        title={usual && !isProcessed ? why.join(' ') || texts.publishWith(usual.title) : noPublishing}
      >
        {texts.publish}
      </Button>
      {why.length > 0 && (
        <p class="mistake whole" role="alert">
          {why.join(' ')}
        </p>
      )}
    </>
  );
}

function draftWords(state: DraftState): string {
  if (state.kind === 'none') return texts.draftNone;
  if (state.kind === 'kept') return texts.draftKept;
  if (state.kind === 'waiting') return texts.draftWaiting;
  if (state.kind === 'stranger') return texts.draftStranger;
  if (state.kind === 'changed') return texts.draftChanged;
  if (state.kind === 'refused') return texts.draftRefused(state.text);
  return texts.draftAway;
}

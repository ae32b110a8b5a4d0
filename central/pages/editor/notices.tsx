import { Button } from '@amphi/lib/pages/button.tsx';
import { dateTime, timeOfDay } from '@amphi/lib/pages/format.ts';
import { useEditor } from './editor-context.ts';
import { texts } from './editor-texts.ts';
import type { OtherEditor, Session } from './session.ts';

/** What a person should know before working: who else edits, which draft this is, what is missing. */
export function Notices({ session }: { session: Session }) {
  const { store } = useEditor();
  const { opened, other, question } = session;
  const { draft, parts, workflows, isProcessed } = store.shown;
  const startOver = (
    <Button kind="quiet" onPress={() => void (question.value = { kind: 'start over' })}>
      {texts.startOver}
    </Button>
  );
  return (
    <div class="notices">
      {other.value && <Other session={session} other={other.value} />}
      {opened.from === 'draft' && draft && (
        <p class="notice">
          {texts.draftFound(dateTime(Date.parse(draft.changedAt)))} {opened.isOutdated && texts.outdated} {startOver}
        </p>
      )}
      {opened.from === 'browser' && (
        <p class="notice">
          {texts.draftFromBrowser} {opened.isOutdated && texts.outdated} {startOver}
        </p>
      )}
      {parts > 1 && <p class="notice">{texts.parts(parts)}</p>}
      {isProcessed && <p class="notice">{texts.isProcessed}</p>}
      {!isProcessed && workflows.length === 0 && <p class="notice">{texts.noWorkflows}</p>}
    </div>
  );
}

function Other({ session, other }: { session: Session; other: OtherEditor }) {
  const { store } = useEditor();
  const { account, since, kind } = other;
  const at = timeOfDay(Date.parse(since));
  if (kind === 'came')
    return (
      <p class="notice warn" role="alert">
        {account === store.shown.account ? texts.openedByYou : texts.openedBy(account)}
      </p>
    );
  const isSelf = account === store.shown.account;
  const words = isSelf
    ? texts.lockedByYou(at)
    : kind === 'took'
      ? texts.lockLost(account)
      : texts.lockedBy(account, at);
  return (
    <p class="notice warn" role="alert">
      {words}{' '}
      <Button kind="quiet" onPress={() => session.takeOver()}>
        {texts.takeOver}
      </Button>
    </p>
  );
}

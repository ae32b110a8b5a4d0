import { Button } from '@amphi/lib/pages/button.tsx';
import { Dialog } from '@amphi/lib/pages/dialog.tsx';
import { useEditor } from './editor-context.ts';
import { texts } from './editor-texts.ts';
import { SignInForm } from './sign-in.tsx';
import type { Question, Session } from './session.ts';

/** The question that has to be answered, above the page. What was edited stays as it is below. */
export function SessionDialogs({ session }: { session: Session }) {
  const question = session.question.value;
  if (!question) return null;
  const close = (): void => void (session.question.value = undefined);
  return <Asked key={question.kind} session={session} question={question} close={close} />;
}

function Asked({ session, question, close }: { session: Session; question: Question; close: () => void }) {
  const { api, store } = useEditor();
  if (question.kind === 'sign in') {
    return (
      <Dialog title={texts.sessionOver} onClose={close}>
        <div class="form">
          <p>{texts.sessionOverHelp}</p>
          <SignInForm api={api} user={store.shown.account} onSignedIn={() => void session.signedIn()} />
        </div>
      </Dialog>
    );
  }
  if (question.kind === 'other window') {
    return (
      <Choice title={texts.otherWindowTitle} help={texts.otherWindowHelp} close={close}>
        <Button onPress={() => session.reload()}>{texts.loadOther}</Button>
        <Button kind="main" onPress={() => session.keepThisWindow()}>
          {texts.keepThis}
        </Button>
      </Choice>
    );
  }
  if (question.kind === 'changed') {
    return (
      <Choice title={texts.changedTitle} help={texts.changedHelp} more={question.text} close={close}>
        <Button onPress={close}>{texts.notNow}</Button>
        <Button kind="danger" onPress={() => session.startOver()}>
          {texts.takeTheirs}
        </Button>
        <Button kind="main" onPress={() => session.save(question.workflow, true)}>
          {texts.saveMine}
        </Button>
      </Choice>
    );
  }
  return (
    <Choice title={texts.startOver} help={texts.startOverSure} close={close}>
      <Button onPress={close}>{texts.notNow}</Button>
      <Button kind="danger" onPress={() => session.startOver()}>
        {texts.startOver}
      </Button>
    </Choice>
  );
}

interface ChoiceSettings {
  title: string;
  help: string;
  more?: string;
  close: () => void;
  children: preact.ComponentChildren;
}

function Choice({ title, help, more, close, children }: ChoiceSettings) {
  return (
    <Dialog title={title} onClose={close}>
      <div class="form">
        <p>{help}</p>
        {more && <p class="soft small">{more}</p>}
        <div class="choices end">{children}</div>
      </div>
    </Dialog>
  );
}

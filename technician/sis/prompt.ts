import { createInterface, type Interface } from 'node:readline';
import type { Heard } from '#lib/sis/explain.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import { completions } from '#lib/sis/words.ts';
import type { Wire } from '#technician/dial/dial.ts';
import { explainTyped, helpOn } from './help.ts';
import { openHistory } from './history.ts';
import { openScreen, type Screen } from './screen.ts';
import type { Session } from './session.ts';
import type { Transcript } from '#technician/dial/transcript.ts';
import { secretsIn, typedCommands } from './typed.ts';

/** Box, connection and files of a prompt. */
export interface PromptOptions {
  protocol: Protocol;
  open: (onUnasked: (line: string, heard: Heard | undefined) => void) => Promise<{ wire: Wire; session: Session }>;
  transcript: Transcript;
  keepAliveMs: number;
}

const PROMPT = 'sis> ';
const [ENDED, CUT] = [0, 2];

/**
 * Runs the prompt until `exit`, Ctrl-D, the end of the input or of the connection (exit code 2); gives the exit code.
 * Rejects with DialError if the first connection fails.
 */
export async function runPrompt({ protocol, open, transcript, keepAliveMs }: PromptOptions): Promise<number> {
  let lines: Interface | undefined;
  const screen = openScreen({ output: process.stdout, lines: () => lines });
  const { wire, session } = await open((line, heard) => screen.tell(line, heard, true));
  if (wire.greeting) screen.show(wire.greeting);
  const typing = openLine(protocol, screen);
  lines = typing;
  const alive = setInterval(() => void session.ask(typedCommands(protocol, 'Q')[0]!), keepAliveMs);
  let lost: string | undefined;
  let isOver = false;
  // The prompt does not connect again by itself: the box may have been exchanged, or have another password, which a
  // person must judge.
  void wire.closed.then((why) => {
    if (isOver) return;
    lost = why;
    typing.close();
  });
  typing.once('close', () => {
    lines = undefined;
    if (process.stdout.isTTY) process.stdout.write('\n');
  });
  await answerLines(typing, screen, (said) =>
    lost === undefined ? sayOne({ said, protocol, session, screen, transcript }) : Promise.resolve('end'),
  );
  isOver = true;
  clearInterval(alive);
  wire.close();
  if (lost === undefined) return ENDED;
  console.error(`amphi sis: the connection was lost: ${lost}`);
  return CUT;
}

function openLine(protocol: Protocol, screen: Screen): Interface {
  const history = openHistory();
  const typing = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: PROMPT,
    history: history.read(),
    historySize: 500,
    removeHistoryDuplicates: true,
    completer: (typed: string) => [[...new Set(completions(protocol, typed).map(({ text }) => text))], typed],
  });
  typing.on('history', (all: string[]) => {
    // Lines with passwords are not kept in the history.
    const isSecret = typedCommands(protocol, all[0] ?? '').some((command) => secretsIn(command).length > 0);
    if (isSecret) all.shift();
    history.write(all);
  });
  typing.on('SIGINT', () => forgetLine(typing, screen));
  return typing;
}

/**
 * Answers one line after the other, including those that are typed while an answer is awaited; resolves when there are
 * no more.
 */
function answerLines(
  typing: Interface,
  screen: Screen,
  answer: (said: string) => Promise<'go on' | 'end'>,
): Promise<void> {
  const waiting: string[] = [];
  let [isBusy, isOver] = [false, false];
  return new Promise((resolve) => {
    const answerAll = async (): Promise<void> => {
      isBusy = true;
      for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
        if ((await answer(line.trim())) === 'end') {
          waiting.length = 0;
          typing.close();
        }
        // A line that was typed early is shown again before its answer.
        if (waiting[0] !== undefined && process.stdout.isTTY) screen.show(`${PROMPT}${waiting[0]}`);
      }
      isBusy = false;
      if (isOver) resolve();
      else typing.prompt(true);
    };
    typing.on('line', (line) => {
      waiting.push(line);
      if (!isBusy) void answerAll();
    });
    typing.once('close', () => {
      isOver = true;
      if (!isBusy) resolve();
    });
    typing.prompt();
  });
}

interface Saying {
  said: string;
  protocol: Protocol;
  session: Session;
  screen: Screen;
  transcript: Transcript;
}

async function sayOne({ said, protocol, session, screen, transcript }: Saying): Promise<'go on' | 'end'> {
  if (said === 'exit' || said === 'quit') return 'end';
  const help = /^(?:help\b|\?)\s*(.*)$/.exec(said);
  if (help) screen.show(helpOn(protocol, help[1] ?? '').join('\n'));
  else if (said.endsWith('?')) screen.show(explainTyped(protocol, said.slice(0, -1)).join('\n'));
  else
    for (const command of typedCommands(protocol, said)) {
      for (const secret of secretsIn(command)) transcript.hide(secret);
      const { reply, heard } = await session.ask(command);
      if (reply === undefined) screen.show('-- no reply');
      else screen.tell(reply, heard, false);
    }
  return 'go on';
}

/** Ctrl-C clears the line and keeps the session, as in a shell. */
function forgetLine(typing: Interface, screen: Screen): void {
  const isEmpty = typing.line === '';
  typing.write(null, { ctrl: true, name: 'e' });
  typing.write(null, { ctrl: true, name: 'u' });
  if (isEmpty) screen.show('Ctrl-D, or exit, ends');
}

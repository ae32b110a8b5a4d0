import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { Heard } from '#lib/sis/explain.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import { completions, usage } from '#lib/sis/words.ts';
import type { Wire } from './dial.ts';
import type { Session } from './session.ts';
import type { Transcript } from './transcript.ts';
import { secretsIn, typedCommands } from './typed.ts';

export interface PromptOptions {
  protocol: Protocol;
  open: (onUnasked: (line: string, heard: Heard | undefined) => void) => Promise<{ wire: Wire; session: Session }>;
  transcript: Transcript;
  keepAliveMs: number;
}

/** `help`, `?`, `help record`: how commands are said. */
export function helpOn(protocol: Protocol, about: string): string[] {
  const found = [...protocol.commands.values()].filter(({ id, spec }) =>
    `${id.replaceAll('.', ' ')} ${(spec.words ?? []).join(' ')} ${spec.summary}`
      .toLowerCase()
      .includes(about.toLowerCase()),
  );
  const lines = found.map((command) => `${usage(command)[0] ?? command.id}    ${command.spec.summary}`);
  return lines.length > 0 ? lines : [`nothing about ${about}`];
}

/** Until `exit`, Ctrl-D, the end of the input or of the connection (2); gives the exit code. Rejects with DialError when the first dial fails. */
export async function runPrompt({ protocol, open, transcript, keepAliveMs }: PromptOptions): Promise<number> {
  let show = (text: string): void => console.log(text);
  const tell = (line: string, heard: Heard | undefined): void => show(heard ? `${line}    ${heard.words}` : line);
  const live = await open((line, heard) => tell(line, heard));
  let isOver = false;
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: 'sis> ',
    completer: (typed: string) => [completions(protocol, typed).map(({ text }) => text), typed],
  });
  if (process.stdin.isTTY) {
    show = (text) => {
      cursorTo(process.stdout, 0);
      clearLine(process.stdout, 0);
      process.stdout.write(`${text}\n`);
      if (!isOver) lines.prompt(true);
    };
  }
  const alive = setInterval(() => void live.session.ask(typedCommands(protocol, 'Q')[0]!), keepAliveMs);
  let lost: string | undefined;
  // No dialling by itself: a box that was exchanged, or took another password, is for a person to judge.
  void live.wire.closed.then((why) => {
    if (isOver) return;
    lost = why;
    lines.close();
  });
  lines.prompt();
  for await (const line of lines) {
    const said = line.trim();
    if (said === 'exit' || said === 'quit') break;
    const help = /^(?:help|\?)\s*(.*)$/.exec(said);
    if (help) show(helpOn(protocol, help[1] ?? '').join('\n'));
    else
      for (const command of typedCommands(protocol, said)) {
        for (const secret of secretsIn(command)) transcript.hide(secret);
        const { reply, heard } = await live.session.ask(command);
        if (reply === undefined) show('-- no reply');
        else tell(reply.replaceAll('\r\n', '\n'), heard);
      }
    lines.prompt();
  }
  isOver = true;
  clearInterval(alive);
  lines.close();
  live.wire.close();
  if (lost === undefined) return 0;
  console.error(`amphi: the connection was lost: ${lost}`);
  return 2;
}

import { openInTurn } from '#lib/runtime/in-turn.ts';
import { explainReply, type Heard } from '#lib/sis/explain.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import type { Wire } from '#technician/dial/dial.ts';
import { textOf } from '#technician/dial/transcript.ts';
import type { Typed } from './typed.ts';

/** Lines of a reply are joined by CR LF; undefined when none came in time. */
export interface Answer {
  reply: string | undefined;
  heard: Heard | undefined;
}

export interface Session {
  /** One command after the other. Never rejects; after the end of the line there is no reply. */
  ask: (command: Typed) => Promise<Answer>;
}

export interface SessionOptions {
  protocol: Protocol;
  replyMs?: number;
  onUnasked: (line: string, heard: Heard | undefined) => void;
}

/** After so long without another line, what nobody knows was the reply, and a list is whole. */
const QUIET_MS = 300;
const MOST_HELD = 1 << 20;

interface Pending {
  command: Typed;
  lines: string[];
  quiet?: NodeJS.Timeout;
  late: NodeJS.Timeout;
  done: (answer: Answer) => void;
}

/** Tells replies from what comes unasked, by the table. */
export function openSession(wire: Wire, { protocol, replyMs = 5000, onUnasked }: SessionOptions): Session {
  let pending: Pending | undefined;
  const turns = openInTurn();
  let isOver = false;
  const explain = (text: string) => explainReply(protocol, text, pending?.command.parsed);

  const finish = (): void => {
    if (!pending) return;
    const { lines, done, quiet, late } = pending;
    clearTimeout(quiet);
    clearTimeout(late);
    const reply = lines.length > 0 ? lines.join('\r\n') : undefined;
    const heard = reply === undefined ? undefined : explain(reply);
    pending = undefined;
    done({ reply, heard });
  };
  const settle = (waiting: Pending): void => {
    clearTimeout(waiting.quiet);
    waiting.quiet = setTimeout(finish, QUIET_MS);
  };
  const take = (line: string): void => {
    const heard = explain(line);
    if (!pending) return void (line && onUnasked(line, heard));
    const { parsed } = pending.command;
    const isMine = heard?.kind === 'error' || (heard && heard.id === parsed?.id);
    if (parsed && heard && !isMine) return onUnasked(line, heard);
    if (isMine && parsed?.form !== 'list') {
      for (const stray of pending.lines) onUnasked(stray, undefined);
      pending.lines = [line];
      return finish();
    }
    // A reply may be empty.
    pending.lines.push(line);
    settle(pending);
  };

  const arrived: string[] = [];
  let isTaking = false;
  // One line a turn: who waits for an answer hears of it before the line behind it.
  const takeNext = (): void => {
    const line = arrived.shift();
    isTaking = line !== undefined;
    if (line === undefined) return;
    take(line);
    setImmediate(takeNext);
  };

  let held = Buffer.alloc(0);
  wire.listen((bytes) => {
    held = Buffer.concat([held, bytes]);
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
      const line = textOf(held.subarray(0, end)).replace(/\r+$/, '');
      held = held.subarray(end + 1);
      arrived.push(line);
    }
    if (!isTaking) takeNext();
    if (held.length > MOST_HELD) held = Buffer.alloc(0);
  });
  void wire.closed.then(() => {
    isOver = true;
    while (arrived.length > 0) take(arrived.shift()!);
    finish();
  });

  const ask = (command: Typed): Promise<Answer> =>
    new Promise((done) => {
      if (isOver) return done({ reply: undefined, heard: undefined });
      pending = { command, lines: [], done, late: setTimeout(finish, replyMs) };
      wire.send(command.wire);
    });
  return {
    ask: (command) => turns.run(() => ask(command)),
  };
}

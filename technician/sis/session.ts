import { openInTurn } from '#lib/runtime/in-turn.ts';
import { explainReply, type Heard } from '#lib/sis/explain.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import type { Wire } from '#technician/dial/dial.ts';
import { textOf } from '#technician/dial/transcript.ts';
import type { Typed } from './typed.ts';

/** Answer to a command: the lines of the reply, joined by CR LF; undefined if none came in time. */
export interface Answer {
  reply: string | undefined;
  heard: Heard | undefined;
}

/** Conversation with a box. */
export interface Session {
  /**
   * Sends a command after the one before is answered. Never rejects; once the connection has ended there is no reply.
   */
  ask: (command: Typed) => Promise<Answer>;
}

/** Protocol and listener of a session. */
export interface SessionOptions {
  protocol: Protocol;
  replyMs?: number;
  onUnasked: (line: string, heard: Heard | undefined) => void;
}

/**
 * Wait in ms for a further line; after it a reply that the table does not know is taken as the answer, and a list is
 * complete.
 */
const QUIET_MS = 300;
/** Bytes of a line that has no end yet; beyond this they are thrown away. */
const MOST_HELD = 1 << 20;

interface Pending {
  command: Typed;
  lines: string[];
  quiet?: NodeJS.Timeout;
  late: NodeJS.Timeout;
  done: (answer: Answer) => void;
}

/** Opens a session, which tells replies from lines that came unasked, by the table of commands. */
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
    // Replies may be empty lines.
    pending.lines.push(line);
    settle(pending);
  };

  const arrived: string[] = [];
  let isTaking = false;
  // Lines are taken one by one, so that the caller gets an answer before the next line is handled.
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

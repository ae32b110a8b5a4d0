import type { ServerChannel, Session } from 'ssh2';
import type { Writable } from 'node:stream';
import type { Log } from '#lib/runtime/log.ts';
import { openEcho, throughTerminal } from '../session/echo.ts';
import { openLine, type Access, type ControlPort, type Line } from '../session/line-session.ts';

/** Options of `serveShell` and `serveCommand`. */
export interface SshShellOptions {
  control: ControlPort;
  log: Log;
  address: string;
  /** Address of the box that the client reached. */
  localAddress?: string;
  access: Access;
  idleMs(): number;
  /**
   * Whether greeting and replies go to stderr if there is no terminal (personality: `sshRepliesOnStderrWithoutPty`).
   */
  repliesOnStderrWithoutPty: boolean;
}

const [INTERRUPT, END_OF_INPUT] = [3, 4];

/** Serves SIS as the `shell` of an SSH session (facts/smp351 1.4). `hasPty` is asked when the shell begins. */
export function serveShell(session: Session, options: SshShellOptions, hasPty: () => boolean): void {
  session.on('shell', (accept) => {
    const channel = accept();
    const onTerminal = hasPty();
    const out = !onTerminal && options.repliesOnStderrWithoutPty ? channel.stderr : channel;
    let echoes = onTerminal;
    const echo = openEcho();
    // Without echo, line ends are not converted: then the terminal belongs to a program.
    const outgoing = (text: string): string => (echoes ? throughTerminal(text) : text);
    const greeting = options.control.greeting('ssh');
    const line = openSshLine(channel, out, options, {
      outgoing,
      greeting,
      setEcho: (on) => (echoes = onTerminal && on),
    });
    if (!line) return;
    channel.on('data', (typed: Buffer) => {
      if (echoes) channel.write(echo(typed));
      // Ctrl-C and Ctrl-D end a session on a terminal.
      const leavesAt = onTerminal ? typed.findIndex((byte) => byte === INTERRUPT || byte === END_OF_INPUT) : -1;
      line.receive(leavesAt < 0 ? typed : typed.subarray(0, leavesAt));
      if (leavesAt >= 0) void leave();
    });
    const leave = async (): Promise<void> => {
      await line.settled();
      line.end();
    };
    channel.once('end', () => void leave());
  });
}

/**
 * Runs one command line (`ssh box Q`, `ssh box 'WYRCDR|I'`): its replies go to stdout, then the exit status is 0. If a
 * reply is an error, the status is 1, and the commands after it are not carried out. So programs that test for a
 * computer's shell find that there is none.
 */
export async function serveCommand(
  channel: ServerChannel,
  command: string,
  options: SshShellOptions,
  onTerminal: boolean,
): Promise<void> {
  let hasFailed = false;
  const outgoing = (text: string): string => {
    hasFailed ||= /^E\d\d\r\n$/.test(text);
    return onTerminal ? throughTerminal(text) : text;
  };
  const line = openSshLine(channel, channel, options, { outgoing, status: () => (hasFailed ? 1 : 0) });
  if (!line) return;
  channel.resume();
  for (const one of command.split('|')) {
    if (hasFailed) break;
    line.receive(Buffer.from(`${one}\r`));
    await line.settled();
  }
  line.end();
}

/** Differences between the two ways of SIS over SSH: a shell greets and can echo, a command ends with a status. */
interface Manner {
  outgoing: (text: string) => string;
  greeting?: string;
  setEcho?: (on: boolean) => void;
  status?: () => number;
}

function openSshLine(
  channel: ServerChannel,
  out: Writable,
  options: SshShellOptions,
  { outgoing, greeting, setEcho = () => undefined, status = () => 0 }: Manner,
): Line | undefined {
  const { control, log, address, localAddress, access } = options;
  const line = openLine({
    port: control,
    via: 'ssh',
    access,
    verbose: 0,
    address,
    localAddress,
    out,
    log,
    idleMs: () => options.idleMs(),
    outgoing,
    setEcho,
    hold: (held) => void (held ? channel.pause() : channel.resume()),
    over: () => hangUp(channel, status()),
  });
  if ('refused' in line) {
    out.write(outgoing(`${line.refused}\r\n`));
    hangUp(channel, 1);
    return undefined;
  }
  if (greeting !== undefined) out.write(outgoing(greeting));
  channel.once('close', () => line.end());
  return line;
}

/** Sends the exit status and closes, without waiting for the client's end. */
function hangUp(channel: ServerChannel, status: number): void {
  channel.exit(status);
  channel.end();
}

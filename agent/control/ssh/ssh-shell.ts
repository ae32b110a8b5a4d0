import type { ServerChannel, Session } from 'ssh2';
import type { Writable } from 'node:stream';
import type { Log } from '#lib/runtime/log.ts';
import { echoOf, throughTerminal } from '../session/echo.ts';
import { openLine, type Access, type ControlPort, type Line } from '../session/line-session.ts';

/** What a shell needs. */
export interface SshShellOptions {
  control: ControlPort;
  log: Log;
  address: string;
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
    const line = openSshLine(channel, out, options, onTerminal, (on) => (echoes = onTerminal && on));
    if (!line) return;
    channel.on('data', (typed: Buffer) => {
      if (echoes) channel.write(echoOf(typed));
      // On a terminal, Ctrl-C and Ctrl-D end the session.
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

/** Runs one command line (`ssh box Q`, `ssh box 'WYRCDR|I'`): its replies on stdout, then exit status 0. */
export async function serveCommand(
  channel: ServerChannel,
  command: string,
  options: SshShellOptions,
  onTerminal: boolean,
): Promise<void> {
  const line = openSshLine(channel, channel, options, onTerminal, () => undefined, true);
  if (!line) return;
  channel.resume();
  line.receive(Buffer.from(`${command}\r`));
  await line.settled();
  line.end();
}

function openSshLine(
  channel: ServerChannel,
  out: Writable,
  options: SshShellOptions,
  onTerminal: boolean,
  setEcho: (on: boolean) => void,
  isCommand = false,
): Line | undefined {
  const { control, log, address, access } = options;
  const outgoing = onTerminal ? throughTerminal : (text: string): string => text;
  if (!isCommand) out.write(outgoing(control.greeting('ssh')));
  const line = openLine({
    port: control,
    via: 'ssh',
    access,
    verbose: 0,
    address,
    out,
    log,
    idleMs: () => options.idleMs(),
    outgoing,
    setEcho,
    hold: (held) => void (held ? channel.pause() : channel.resume()),
    over: () => hangUp(channel, 0),
  });
  if ('refused' in line) {
    out.write(outgoing(`${line.refused}\r\n`));
    hangUp(channel, 1);
    return undefined;
  }
  channel.once('close', () => line.end());
  return line;
}

/** Sends the exit status and closes, without waiting for the client's end. */
function hangUp(channel: ServerChannel, status: number): void {
  channel.exit(status);
  channel.end();
}

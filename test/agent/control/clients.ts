import { spawn, spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { PATIENCE_MS } from '#test/support/until.ts';

/** A bare socket that keeps what it was sent. */
export interface RawClient {
  socket: Socket;
  /** What came and was not asked for yet, as Latin-1, so that each byte is one character. */
  text(): string;
  /** Waits until `end` has come; gives everything up to and including it, and forgets it. */
  until(end: string, timeoutMs?: number): Promise<string>;
  send(text: string): void;
  /** Everything that came until the other side closed. */
  closed: Promise<void>;
}

export async function rawClient(port: number, host = '127.0.0.1', localAddress?: string): Promise<RawClient> {
  const socket = connect({ port, host, ...(localAddress === undefined ? {} : { localAddress }) });
  let got = '';
  const waiters = new Set<() => void>();
  socket.on('data', (bytes: Buffer) => {
    got += bytes.toString('latin1');
    for (const wake of waiters) wake();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    closed,
    text: () => got,
    send: (text) => void socket.write(text, 'latin1'),
    until: (end, timeoutMs = PATIENCE_MS) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(look);
          reject(new Error(`no ${JSON.stringify(end)} in ${JSON.stringify(got)}`));
        }, timeoutMs);
        const look = (): void => {
          const at = got.indexOf(end);
          if (at < 0) return;
          clearTimeout(timer);
          waiters.delete(look);
          const found = got.slice(0, at + end.length);
          got = got.slice(at + end.length);
          resolve(found);
        };
        waiters.add(look);
        look();
      }),
  };
}

/** What a test says instead of failing where a client is not installed. */
export const lacks = (program: string): string | false =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0 ? false : `${program} is not installed`;

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  /** Its stdin stays open. */
  keepInput?: boolean;
  env?: Record<string, string>;
  cwd?: string;
  timeoutMs?: number;
  /** Kills it. */
  kill?: AbortSignal;
}

/** Runs a client program to its end. */
export function run(
  command: string,
  argv: readonly string[],
  { input, keepInput, env, cwd, timeoutMs = PATIENCE_MS, kill }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, argv, { env: { ...process.env, ...env }, cwd, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    child.stdin.on('error', () => undefined);
    if (!keepInput) child.stdin.end(input ?? '');
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    kill?.addEventListener('abort', () => child.kill('SIGKILL'));
    const done = (code: number | null): void => {
      clearTimeout(timer);
      resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') });
    };
    child.once('error', (error) => {
      err.push(Buffer.from(error.message));
      done(null);
    });
    child.once('close', done);
  });
}

/** What is waited for on the screen, what is typed then, and whether the terminal shows by itself what is typed (as it does else). */
export type TelnetStep = readonly [wait: string, type: string, isShown?: boolean];

/** Runs the program telnet on a terminal: waits for each text, then types. Gives what the screen showed. */
export async function typeInTelnet(host: string, port: number, steps: readonly TelnetStep[]): Promise<string> {
  const script = [
    'import pty,os,sys,time,select,json,termios',
    'host,port,steps=sys.argv[1],sys.argv[2],json.loads(sys.argv[3])',
    'pid,fd=pty.fork()',
    "if pid==0: os.execvp('telnet',['telnet',host]+([port] if port!='23' else []))",
    "out=b'';end=time.time()+100",
    'for wait,typed,*rest in steps:',
    '  shown=rest[0] if rest else True',
    '  mark=len(out)',
    '  while wait.encode() not in out[mark:] and time.time()<end:',
    '    if select.select([fd],[],[],0.1)[0]:',
    '      try: out+=os.read(fd,4096)',
    '      except OSError: end=0',
    '  while bool(termios.tcgetattr(fd)[3]&termios.ECHO)!=shown and time.time()<end: time.sleep(0.02)',
    '  os.write(fd,typed.encode())',
    'time.sleep(0.3)',
    'if select.select([fd],[],[],0.5)[0]: out+=os.read(fd,4096)',
    'os.kill(pid,9);os.waitpid(pid,0)',
    'sys.stdout.buffer.write(out)',
  ].join('\n');
  const { stdout, stderr } = await run('python3', ['-c', script, host, String(port), JSON.stringify(steps)]);
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

import { connect, type Socket } from 'node:net';
import type { DialOptions, Wire } from './dial.ts';
import { dialError, DialError, WrongPassword } from './dial-error.ts';

const [IAC, SB, SE, WILL, WONT, DO, DONT] = [255, 250, 240, 251, 252, 253, 254];
/**
 * Wait in ms for a password prompt; after it the box has no password, since it sends nothing after its greeting
 * (facts/smp351 1.2).
 */
const NO_PROMPT_MS = 700;
/** Characters of a greeting; with more the connection fails. */
const MOST_GREETING = 65_536;

/** Removes Telnet's commands from the bytes and refuses every option: WILL with DONT, DO with WONT. */
export function openOptionRefuser(): (bytes: Buffer) => { data: Buffer; answer: Buffer } {
  let state: 'data' | 'command' | 'option' | 'detail' | 'detail command' = 'data';
  let verb = 0;
  return (bytes) => {
    const [data, answer]: [number[], number[]] = [[], []];
    for (const byte of bytes) {
      if (state === 'data') {
        if (byte === IAC) state = 'command';
        else data.push(byte);
      } else if (state === 'command') {
        if (byte === IAC) data.push(byte);
        verb = byte;
        state = byte === SB ? 'detail' : byte >= WILL && byte < IAC ? 'option' : 'data';
      } else if (state === 'option') {
        if (verb === WILL) answer.push(IAC, DONT, byte);
        if (verb === DO) answer.push(IAC, WONT, byte);
        state = 'data';
      } else if (state === 'detail') state = byte === IAC ? 'detail command' : 'detail';
      else state = byte === SE ? 'data' : 'detail';
    }
    return { data: Buffer.from(data), answer: Buffer.from(answer) };
  };
}

/** Connects, and sends the password when asked for it (facts/smp351 1.3). Rejects with DialError. */
export async function dialTelnet(options: DialOptions): Promise<Wire> {
  const { host, port, transcript, timeoutMs } = options;
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  const refuse = openOptionRefuser();
  let onData: (bytes: Buffer) => void = () => undefined;
  let why = 'the box ended the connection';
  socket.on('error', (error) => (why = error.message));
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(why)));
  socket.on('data', (bytes: Buffer) => {
    const { data, answer } = refuse(bytes);
    if (answer.length > 0) socket.write(answer);
    if (data.length === 0) return;
    transcript.heard(data);
    onData(data);
  });
  const send = (text: string): void => {
    transcript.sent(text);
    socket.write(text);
  };
  const listen = (to: (bytes: Buffer) => void): void => void (onData = to);
  try {
    const greeting = await login({ socket, send, listen, closed, options });
    return { send, listen, closed, close: () => void socket.destroy(), greeting };
  } catch (error) {
    socket.destroy();
    throw dialError(`${host}:${port}`, error);
  } finally {
    socket.setTimeout(0);
  }

  async function login(line: Dialogue): Promise<string> {
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
    return sayPassword(line);
  }
}

interface Dialogue {
  socket: Socket;
  send: (text: string) => void;
  listen: (to: (bytes: Buffer) => void) => void;
  closed: Promise<string>;
  options: DialOptions;
}

function sayPassword({ socket, send, listen, closed, options }: Dialogue): Promise<string> {
  return new Promise((resolve, reject) => {
    let [text, greeting, asked] = ['', '', false];
    let quiet: NodeJS.Timeout | undefined;
    const fail = (words: string): void => reject(new DialError(words));
    const answer = async (): Promise<void> => {
      asked = true;
      greeting = text.replace(/Password:\s*$/, '').trim();
      text = '';
      socket.setTimeout(0);
      const password = await options.password();
      options.transcript.hide(password);
      socket.setTimeout(options.timeoutMs);
      send(`${password}\r`);
    };
    const look = (): void => {
      clearTimeout(quiet);
      if (/^E26\r?\n/m.test(text)) fail('E26: too many connections');
      else if (/Login (Administrator|User)\r?\n/.test(text)) resolve(greeting);
      else if (/Password:\s*$/.test(text)) {
        if (asked) reject(new WrongPassword(`${options.host}:${options.port}: wrong password`));
        else answer().catch(reject);
      } else if (!asked && /\r?\n\r?\n$/.test(text)) quiet = setTimeout(() => resolve(text.trim()), NO_PROMPT_MS);
      else if (text.length > MOST_GREETING) fail('this is no box: its greeting has no end');
    };
    listen((bytes) => {
      text += bytes.toString('latin1');
      look();
    });
    void closed.then((why) => {
      clearTimeout(quiet);
      fail(`${options.host}:${options.port}: ${why}`);
    });
  });
}

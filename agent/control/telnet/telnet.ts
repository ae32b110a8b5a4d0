import type { Socket } from 'node:net';
import { afterSockets, sleep } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import { loginLine, passwordAgain, passwordPrompt } from '#lib/sis/greeting.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { watchIdle, type IdleWatch } from '../session/idle.ts';
import { openLine, type Access, type ControlPort, type Line } from '../session/line-session.ts';
import { plainAddress } from '#lib/runtime/addresses.ts';
import { startListeners, type Listeners, type Place } from '../session/listen.ts';
import { openPasswordReader } from '../accounts/password-reader.ts';
import { openTelnetOptions } from './telnet-options.ts';

/** Options of `startTelnet`. */
export interface TelnetOptions extends Place {
  port: number | undefined;
  control: ControlPort;
  accounts: Accounts;
  log: Log;
  /** Number of wrong passwords after which the connection is ended (personality: `limits.loginTries`). */
  loginTries: number;
  /**
   * Milliseconds without traffic after which a connection ends (300 000 at first); asked for again at each check, since
   * they may change.
   */
  idleMs(): number;
  /** Number of connections, with and without login (100); a further one is refused. */
  mostConnections?: number;
}

/** Time in ms for the login; then the connection is closed. */
const LOGIN_MS = 120_000;
/** Bytes that may be typed while a password is checked; with more the connection is cut. */
const MOST_AHEAD_BYTES = 8192;
/** Bytes that a client may send before its login, Telnet options included; with more the connection is cut. */
const MOST_BEFORE_LOGIN_BYTES = 64 << 10;
/**
 * Least time in ms between a prompt and the reply after it, so that they arrive as separate pieces. An empty line gets
 * no reply if something else is typed within this time.
 */
const APART_MS = 100;
const isTyped = (byte: number): boolean => byte !== 0 && byte !== 10 && byte !== 13;
/** Bytes that may wait for a client, answers to its options included; with more the connection is cut. */
const MOST_UNREAD_BYTES = 5 << 20;

/** Starts SIS over Telnet, with greeting and password dialogue (facts/smp351 1.2, 1.3). Rejects if it cannot listen. */
export function startTelnet(options: TelnetOptions): Promise<Listeners> {
  return startListeners(options, {
    name: 'telnet',
    log: options.log,
    mostSockets: options.mostConnections ?? 100,
    halfOpen: true,
    refusal: 'E26\r\n',
    onSocket: (socket) => new TelnetConnection(socket, options).start(),
  });
}

class TelnetConnection {
  readonly #socket: Socket;
  readonly #options: TelnetOptions;
  readonly #address: string;
  readonly #negotiation = openTelnetOptions();
  readonly #passwords = openPasswordReader();
  readonly #login: IdleWatch;
  readonly #turns = openTurns();
  #line: Line | undefined;
  #ahead: Buffer = Buffer.alloc(0);
  #checking: Promise<void> | undefined;
  #failures = 0;
  #promptedAtMs = Number.NEGATIVE_INFINITY;
  #typed = (): void => undefined;
  #unknownBytes = 0;
  #isResting = false;
  #isHeld = false;

  constructor(socket: Socket, options: TelnetOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#address = plainAddress(socket.remoteAddress);
    this.#login = watchIdle(
      () => LOGIN_MS,
      () => socket.destroy(),
    );
  }

  start(): void {
    const { control, accounts } = this.#options;
    const socket = this.#socket;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.once('end', () => void this.#finish());
    socket.once('close', () => {
      this.#login.close();
      this.#line?.end();
    });
    if (control.isFull('telnet')) return void socket.end('E26\r\n');
    socket.write(control.greeting('telnet'));
    if (accounts.has('admin')) this.#ask(passwordPrompt);
    else this.#open('admin');
  }

  #receive(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#rest();
    if (!this.#line && (this.#unknownBytes += bytes.length) > MOST_BEFORE_LOGIN_BYTES)
      return void this.#socket.destroy();
    const wasTelnet = this.#negotiation.isTelnet();
    const { data, answer } = this.#negotiation.receive(bytes);
    if (answer.length > 0) this.#socket.write(answer);
    // The box promises to echo while a password is typed, since a Telnet program else shows what is typed.
    if (!wasTelnet && this.#negotiation.isTelnet() && !this.#line) this.#socket.write(this.#negotiation.wantEcho(true));
    if (this.#socket.writableLength > (this.#line ? MOST_UNREAD_BYTES : MOST_AHEAD_BYTES)) {
      return void this.#socket.destroy();
    }
    if (this.#line) return this.#line.receive(data);
    this.#ahead = Buffer.concat([this.#ahead, data]);
    if (data.some(isTyped)) this.#typed();
    if (this.#checking && this.#ahead.length > MOST_AHEAD_BYTES) this.#socket.destroy();
    else this.#checking ??= this.#tryPasswords();
  }

  /**
   * Pauses the connection for a moment when its turn of processor time is over, so that others get theirs; its bytes
   * wait in the kernel.
   */
  #rest(): void {
    const next = this.#turns.over();
    if (!next || this.#isResting) return;
    this.#isResting = true;
    this.#regulate();
    void next.then(() => {
      this.#isResting = false;
      this.#regulate();
    });
  }

  #regulate(): void {
    if (this.#isResting || this.#isHeld) this.#socket.pause();
    else this.#socket.resume();
  }

  async #tryPasswords(): Promise<void> {
    // The work begins only after the caller has stored the promise, which marks the connection as busy.
    await Promise.resolve();
    while (!this.#line && this.#ahead.length > 0 && this.#socket.writable) {
      const { password, rest } = this.#passwords.take(this.#ahead);
      this.#ahead = rest;
      if (password !== undefined) await this.#check(password);
    }
    this.#checking = undefined;
  }

  /** Ends the connection after the client ended its side; all commands before are still answered. */
  async #finish(): Promise<void> {
    await this.#checking;
    await this.#line?.settled();
    this.#socket.destroySoon();
  }

  async #check(password: string): Promise<void> {
    const { accounts, loginTries } = this.#options;
    // An empty line counts as a wrong password, but not as guessing, since controllers send one first.
    const verdict =
      password === ''
        ? ({ refused: 'wrong' } as const)
        : await accounts.login({ password, address: this.#address, via: 'telnet' });
    const socket = this.#socket;
    if (!('access' in verdict) && ++this.#failures >= loginTries) return socket.destroySoon();
    // No prompt is sent if more was typed already: nobody waits for it, and a program that sees one takes it for a
    // refusal.
    if (password === '' && (await this.#moreComes())) return;
    await this.#apartFromPrompt();
    if (!socket.writable) return;
    if ('access' in verdict) {
      socket.write(loginLine(verdict.access));
      this.#open(verdict.access);
    } else this.#ask(passwordAgain);
  }

  #ask(prompt: string): void {
    this.#socket.write(prompt);
    this.#promptedAtMs = performance.now();
  }

  /** Whether something is typed after an empty line, now or within APART_MS. */
  async #moreComes(): Promise<boolean> {
    if (this.#ahead.some(isTyped)) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#typed = () => resolve(true);
    const cancel = afterSockets(APART_MS, () => resolve(false));
    this.#socket.once('close', () => resolve(false));
    const comes = await promise;
    cancel();
    this.#typed = () => undefined;
    return comes;
  }

  /**
   * Waits so long that the answer to a password reaches the client in a piece of its own, separate from the prompt
   * before it.
   */
  async #apartFromPrompt(): Promise<void> {
    const tooSoonMs = this.#promptedAtMs + APART_MS - performance.now();
    if (tooSoonMs > 0) await sleep(tooSoonMs);
  }

  #open(access: Access): void {
    const socket = this.#socket;
    this.#login.close();
    const stopEcho = this.#negotiation.wantEcho(false);
    if (stopEcho.length > 0) socket.write(stopEcho);
    const line = openLine({
      port: this.#options.control,
      via: 'telnet',
      access,
      verbose: 0,
      address: this.#address,
      localAddress: plainAddress(socket.localAddress),
      out: socket,
      log: this.#options.log,
      idleMs: () => this.#options.idleMs(),
      hold: (held) => {
        this.#isHeld = held;
        this.#regulate();
      },
      over: () => socket.destroySoon(),
    });
    if ('refused' in line) {
      socket.end(`${line.refused}\r\n`);
      return;
    }
    this.#line = line;
    line.receive(this.#ahead);
    this.#ahead = Buffer.alloc(0);
  }
}

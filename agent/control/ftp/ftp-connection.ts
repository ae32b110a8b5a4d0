import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { FileView } from '../files/file-tree.ts';
import type { FtpClient, FtpCommand, FtpOptions } from './ftp-client.ts';
import { encrypted, openDataConnection, type DataConnection } from './ftp-data.ts';
import { watchIdle, type IdleWatch } from '../session/idle.ts';
import type { Access } from '../session/line-session.ts';
import { plainAddress } from '#lib/runtime/addresses.ts';

/**
 * Characters of a command line, commands that wait, and bytes of replies that the client has not read; with more the
 * connection is ended.
 */
const LONGEST_LINE = 4096;
const MOST_WAITING = 64;
const MOST_UNREAD_BYTES = 256 << 10;
const IAC = 255;

/** The control connection of a client: lines in, replies out. Commands are carried out one after the other. */
export class FtpConnection implements FtpClient {
  readonly options: FtpOptions;
  readonly address: string;
  readonly dataConnection: DataConnection;
  view: FileView | undefined;
  name: string | undefined;
  failures = 0;
  folder = '/';
  restartAt: number | undefined;
  renameFrom: string | undefined;
  isProtected = false;
  onlyExtendedPassive = false;
  isTransferring = false;
  transfer: Socket | undefined;
  #control: Socket;
  readonly #raw: Socket;
  readonly #commands: Readonly<Record<string, FtpCommand>>;
  #secure: SecureContext | undefined;
  #isEncrypted = false;
  #held = Buffer.alloc(0);
  #waiting: string[] = [];
  #isAfterIac = false;
  #isWorking = false;
  #hasGone = false;
  #forget = (): void => undefined;
  readonly #idle: IdleWatch;

  constructor(socket: Socket, options: FtpOptions, commands: Readonly<Record<string, FtpCommand>>) {
    this.options = options;
    this.#commands = commands;
    this.#raw = socket;
    this.#control = socket;
    this.address = plainAddress(socket.remoteAddress);
    this.dataConnection = openDataConnection({
      remoteAddress: this.address,
      localAddress: plainAddress(socket.localAddress),
      passivePorts: options.passivePorts,
    });
    this.#idle = watchIdle(
      () => (this.isTransferring ? Infinity : options.idleMs()),
      () => this.#sayIdle(),
    );
    socket.once('close', () => {
      this.#forget();
      this.#gone();
    });
    this.#listenTo(socket);
    this.reply(220, 'Amphi, ready');
  }

  get isEncrypted(): boolean {
    return this.#isEncrypted;
  }
  get localAddress(): string {
    return plainAddress(this.#raw.localAddress);
  }
  get dataContext(): SecureContext | undefined {
    return this.isProtected ? this.#secure : undefined;
  }

  isThere = (): boolean => !this.#hasGone && !this.#raw.destroyed;

  reply(code: number, text: string, lines?: readonly string[]): void {
    if (!this.#control.writable) return;
    if (lines) this.#control.write(`${code}-${text}\r\n${lines.map((line) => ` ${line}\r\n`).join('')}${code} End\r\n`);
    else this.#control.write(`${code} ${text}\r\n`);
    if (this.#control.writableLength > MOST_UNREAD_BYTES) this.#raw.destroy();
  }

  logIn(access: Access): void {
    this.#forget();
    this.#forget = this.options.accounts.onChange((whose) => {
      if (!whose.includes(access)) return;
      this.reply(421, 'The password has changed');
      this.#abort();
      this.end();
    });
    this.view = this.options.tree.as(access);
    this.folder = '/';
    this.options.log.info({ via: 'ftp', address: this.address, access, encrypted: this.isEncrypted }, 'login');
  }

  logOut(): void {
    this.#forget();
    this.view = undefined;
    this.renameFrom = undefined;
    this.restartAt = undefined;
  }

  encrypt(): void {
    const { certificate } = this.options;
    if (!certificate) return;
    this.#secure = createSecureContext(certificate());
    this.#control.off('data', this.#receive);
    this.#control.off('end', this.#ended);
    this.#held = Buffer.alloc(0);
    this.#waiting = [];
    const secure = encrypted(this.#raw, this.#secure);
    secure.once('close', () => this.#raw.destroy());
    this.#control = secure;
    this.#isEncrypted = true;
    this.#listenTo(secure);
  }

  #abort(): void {
    this.dataConnection.close();
    this.transfer?.destroy();
  }

  end(): void {
    this.#waiting = [];
    this.#control.end();
  }

  #listenTo(control: Socket): void {
    control.on('data', this.#receive);
    control.on('end', this.#ended);
  }

  #ended = (): void => void (this.#hasGone = true);

  #gone(): void {
    this.#hasGone = true;
    this.#waiting = [];
    this.#idle.close();
    this.#abort();
    this.dataConnection.end();
  }

  #sayIdle(): void {
    this.reply(421, 'Idle for too long');
    this.end();
    this.#abort();
  }

  #receive = (bytes: Buffer): void => {
    this.#idle.touch();
    this.#held = Buffer.concat([this.#held, this.#withoutTelnet(bytes)]);
    for (let end = this.#held.indexOf(10); end >= 0; end = this.#held.indexOf(10)) {
      const line = this.#held.toString('utf8', 0, end).replace(/\r$/, '');
      this.#held = this.#held.subarray(end + 1);
      this.#queue(line);
    }
    if (this.#held.length > LONGEST_LINE) this.#tooMuch();
  };

  /**
   * The received bytes without Telnet commands (IAC and one more byte), which clients send before ABOR. A path in UTF-8
   * contains no IAC.
   */
  #withoutTelnet(bytes: Buffer): Buffer {
    if (!bytes.includes(IAC) && !this.#isAfterIac) return bytes;
    return Buffer.from(
      bytes.filter((byte) => {
        const isPlain = byte !== IAC && !this.#isAfterIac;
        this.#isAfterIac = byte === IAC && !this.#isAfterIac;
        return isPlain;
      }),
    );
  }

  #queue(line: string): void {
    const verb = verbOf(line);
    if (verb === 'STAT' && this.isTransferring) return void this.#carryOut(line);
    // The transfer sends its own reply when its connection ends; the reply to ABOR follows.
    if (verb === 'ABOR' && this.isTransferring) {
      this.#waiting.unshift(line);
      return this.#abort();
    }
    this.#waiting.push(line);
    if (this.#waiting.length > MOST_WAITING) return this.#tooMuch();
    if (!this.#isWorking) void this.#work();
  }

  #tooMuch(): void {
    this.#waiting = [];
    this.#held = Buffer.alloc(0);
    this.reply(421, 'Too much at once');
    this.#control.destroySoon();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let line = this.#waiting.shift(); line !== undefined; line = this.#waiting.shift()) await this.#carryOut(line);
    this.#isWorking = false;
  }

  async #carryOut(line: string): Promise<void> {
    const verb = verbOf(line);
    const command = this.#commands[verb];
    try {
      if (!command) this.reply(502, 'Not known here');
      else if (command.needsLogin && !this.view) this.reply(530, 'Log in first');
      else await command.run(this, line.slice(verb.length + 1));
    } catch (error) {
      this.options.log.error({ err: error, verb }, 'FTP command failed');
      this.reply(451, 'Something went wrong in the box');
    }
    if (verb !== 'RNFR') this.renameFrom = undefined;
    if (verb !== 'REST' && !/^(PASV|EPSV|PORT|EPRT|TYPE|PBSZ|PROT)$/.test(verb)) this.restartAt = undefined;
  }
}

const verbOf = (line: string): string => (/^[A-Za-z]{3,4}(?= |$)/.exec(line)?.[0] ?? '').toUpperCase();

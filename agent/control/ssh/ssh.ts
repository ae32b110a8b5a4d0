import { keepNewest } from '#lib/runtime/newest.ts';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection, Session } from 'ssh2';
import { openTrail, type Trail } from '#lib/runtime/access/trail.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { KeyFiles } from './authorized-keys.ts';
import { watchIdle } from '../session/idle.ts';
import type { Access, ControlPort } from '../session/line-session.ts';
import { networkOf, plainAddress } from '#lib/runtime/addresses.ts';
import { openTurns, restReading } from '#lib/runtime/turns.ts';
import { ALGORITHMS, keepOpening, lackingOf } from './ssh-algorithms.ts';
import { startListeners, type Listeners, type Place } from '../session/listen.ts';
import { guardLogin } from './ssh-login.ts';
import { serveCommand, serveShell, type SshShellOptions } from './ssh-shell.ts';

/** Options of `startSsh`. */
export interface SshOptions extends Place {
  /** Private keys from `openHostKeys`. */
  hostKeys: readonly string[];
  accounts: Accounts;
  log: Log;
  /** The control port for shell and commands; without it, SSH serves files only. */
  control?: ControlPort;
  /** Serves `sftp`, and file commands (`scp -t …`). */
  files?: SshFiles;
  keyFiles?: KeyFiles;
  /** Whether the method `password` is offered besides `keyboard-interactive`. */
  offerPassword: boolean;
  repliesOnStderrWithoutPty: boolean;
  /**
   * Milliseconds without traffic after which a connection ends; asked for again at each check, since they may change.
   */
  idleMs: () => number;
  /** Number of connections at the same time (100); a further one is refused. */
  mostConnections?: number;
}

/** The client of a connection after its login. */
export interface SshClient {
  access: Access;
  address: string;
  /** Address of the box that the client reached. */
  localAddress: string;
  /**
   * Resolves when the client has read most of what was sent. Writers must wait for it, since ssh2 accepts more than the
   * socket can take.
   */
  room: () => Promise<void>;
}

/** The part of SSH that serves files. */
export interface SshFiles {
  sftp(channel: ssh2.ServerChannel, client: SshClient): void;
  /** Runs a command if it is one of scp, and gives true; else does nothing and gives false. */
  command(channel: ssh2.ServerChannel, command: string, client: SshClient): boolean;
}

/** Time in ms from the first byte to the login; then the connection is cut. */
const LOGIN_MS = 60_000;
/**
 * Number of connections of one network that are not logged in yet; a further one is cut, since each costs the processor
 * some milliseconds.
 */
const MOST_WITHOUT_LOGIN = 10;
/**
 * Number of networks whose handshakes are counted (the oldest is forgotten), of handshakes of one network at once, and
 * in each second on average. A further connection is cut, since a handshake costs the processor.
 */
const MOST_NETWORKS = 1000;
const MOST_HANDSHAKES = 60;
const HANDSHAKES_PER_SECOND = 5;
/** Number of sessions of one connection at the same time; a further one is refused. */
const MOST_SESSIONS = 10;
/** Bytes that may wait for a client that does not read although it announced room; beyond them it is disconnected. */
const MOST_UNREAD_BYTES = 16 << 20;
/** Time in ms in which a client whose connection is ended may read the reason; then the connection is cut. */
const ENDING_MS = 2000;

/** Starts SSH: SIS in a shell or as one command, and files. Rejects if it cannot listen. */
export async function startSsh(options: SshOptions): Promise<Listeners> {
  const waiting = new Map<string, { socket: Socket; opening: () => Buffer }>();
  const withoutLogin = new Map<Socket, string>();
  const trail = openTrail(options.log);
  const handshakes = openHandshakes();
  const server = new ssh2.Server(
    { hostKeys: [...options.hostKeys], ident: 'Amphi', algorithms: ALGORITHMS },
    (connection, info) => {
      const found = waiting.get(nameOf(info.ip, info.port));
      if (!found) return void connection.end();
      serve(connection, found, options, trail);
    },
  );
  server.on('error', (error: Error) => options.log.error({ err: error }, 'SSH'));
  return startListeners(options, {
    name: 'ssh',
    log: options.log,
    mostSockets: options.mostConnections ?? 100,
    onSocket(socket) {
      const { remoteAddress } = socket;
      const network = networkOf(remoteAddress ?? '');
      const fromThere = [...withoutLogin.values()].filter((other) => other === network).length;
      if (fromThere >= MOST_WITHOUT_LOGIN || !handshakes.may(network)) return socket.destroy();
      withoutLogin.set(socket, network);
      socket.once('finish', () => endAndIgnore(socket));
      const name = nameOf(socket.remoteAddress, socket.remotePort);
      // The first bytes must be kept before ssh2 reads them.
      waiting.set(name, { socket, opening: keepOpening(socket) });
      const patience = setTimeout(() => socket.destroy(), LOGIN_MS);
      socket.once('login', () => {
        withoutLogin.delete(socket);
        clearTimeout(patience);
      });
      socket.once('close', () => {
        waiting.delete(name);
        withoutLogin.delete(socket);
        clearTimeout(patience);
      });
      server.injectSocket(socket);
    },
  });
}

/** Counts handshakes, and says whether a network may make another one. */
function openHandshakes(): { may(network: string): boolean } {
  const spent = new Map<string, { used: number; atMs: number }>();
  return {
    may(network) {
      const nowMs = performance.now();
      const before = spent.get(network);
      const used = before ? Math.max(0, before.used - ((nowMs - before.atMs) / 1000) * HANDSHAKES_PER_SECOND) : 0;
      keepNewest(spent, network, { used: Math.min(used + 1, MOST_HANDSHAKES), atMs: nowMs }, MOST_NETWORKS);
      return used + 1 <= MOST_HANDSHAKES;
    },
  };
}

/**
 * Ends the connection soon, and drops everything that still arrives. After an error, ssh2 would read it as the rest of
 * a packet whose length it has refused: up to 2 GB of memory for each connection, without any login.
 */
function endAndIgnore(socket: Socket): void {
  if (socket.destroyed) return;
  socket.removeAllListeners('data').resume();
  socket.end();
  const cut = setTimeout(() => socket.destroy(), ENDING_MS);
  socket.once('close', () => clearTimeout(cut));
}

const nameOf = (address: string | undefined, port: number | undefined): string => `${address} ${port}`;

function serve(
  connection: Connection,
  { socket, opening }: { socket: Socket; opening: () => Buffer },
  options: SshOptions,
  trail: Trail,
): void {
  const { log } = options;
  const address = plainAddress(socket.remoteAddress);
  const login = guardLogin(connection, { ...options, address, trail, keyFiles: options.keyFiles ?? {} });
  let sessions = 0;
  let isStale = false;
  const transfers = new Set<() => void>();
  // Time-out of a connection without any session; sessions have time-outs of their own.
  const idle = watchIdle(
    () => (sessions > 0 ? Infinity : options.idleMs()),
    () => connection.end(),
  );
  const turns = openTurns();
  socket.on('data', () => {
    if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
    // Reading pauses in turns, since ssh2 decrypts at once all that it is given.
    else void restReading(socket, turns);
  });
  socket.once('close', () => idle.close());
  const isLacking = (message: string): boolean => {
    const lacking = lackingOf(message, opening());
    if (lacking) log.warn({ address, ...lacking }, 'SSH: the client and the box have no algorithm in common');
    return lacking !== undefined;
  };
  connection.on('error', (error) => {
    endAndIgnore(socket);
    if (!isLacking(error.message)) log.debug({ address, reason: error.message }, 'SSH connection');
  });
  // SHA-1 signatures are refused here, since ssh2 offers them for RSA keys whatever it is told.
  connection.on('handshake', ({ serverHostKey }) => {
    if (serverHostKey === 'ssh-rsa' && isLacking('no matching host key format')) connection.end();
  });
  connection.on('ready', () => {
    socket.emit('login');
    const access = login.access();
    if (!access) return void connection.end();
    log.info({ via: 'ssh', address, access }, 'login');
    // A new password ends connections that began with the old one. A shell ends by itself, except the one in which the
    // password was set.
    const forget = options.accounts.onChange((whose) => {
      if (!whose.includes(access)) return;
      isStale = true;
      for (const end of transfers) end();
      if (sessions === 0) connection.end();
    });
    socket.once('close', forget);
    connection.on('session', (accept, reject) => {
      if (sessions >= MOST_SESSIONS || isStale) return reject();
      sessions += 1;
      const session = accept();
      session.once('close', () => {
        sessions -= 1;
        idle.touch();
        if (isStale && sessions === 0) connection.end();
      });
      const localAddress = plainAddress(socket.localAddress);
      const client = { access, address, localAddress, room: () => roomOf(socket) };
      serveSession(session, client, options, transfers);
    });
  });
}

/** Waits until the client has read most of what was sent. */
async function roomOf(socket: Socket): Promise<void> {
  if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

function serveSession(session: Session, client: SshClient, options: SshOptions, transfers: Set<() => void>): void {
  const { control, files, log } = options;
  let hasPty = false;
  session.on('pty', (accept) => {
    hasPty = true;
    accept?.();
  });
  const shell: SshShellOptions | undefined = control && { ...options, ...client, control };
  if (shell) serveShell(session, shell, () => hasPty);
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    if (files?.command(channel, command, client)) return endWhenIdle(channel, options, transfers);
    if (!shell) return refuse(channel);
    serveCommand(channel, command, shell, hasPty).catch((error: unknown) => log.error({ err: error }, 'SSH command'));
  });
  // `sftp` uses a plain channel, since ssh2's own SFTP does not wait for slow clients.
  session.on('subsystem', (accept, reject, { name }) => {
    if (name !== 'sftp' || !files) return reject();
    const channel = accept();
    files.sftp(channel, client);
    endWhenIdle(channel, options, transfers);
  });
}

function endWhenIdle(
  channel: ssh2.ServerChannel,
  { idleMs }: Pick<SshOptions, 'idleMs'>,
  transfers: Set<() => void>,
): void {
  const end = (): void => void channel.end();
  const idle = watchIdle(idleMs, end);
  transfers.add(end);
  channel.on('data', () => idle.touch());
  channel.on('drain', () => idle.touch());
  channel.once('close', () => {
    transfers.delete(end);
    idle.close();
  });
}

function refuse(channel: ssh2.ServerChannel): void {
  channel.stderr.write('files only: use sftp or scp\r\n');
  channel.exit(1);
  channel.end();
}

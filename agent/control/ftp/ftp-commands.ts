import { posix } from 'node:path';
import type { Socket } from 'node:net';
import { fileError, type FileProblem } from '../files/file-error.ts';
import { absolute, type Entry, type FileView, type HowToWrite } from '../files/file-tree.ts';
import type { FtpClient, FtpCommand } from './ftp-client.ts';
import { asPasv } from './ftp-data.ts';
import * as lists from './ftp-lists.ts';
import { BrokenTransfer, receiveFile, sendFile, sendText } from './ftp-transfer.ts';
import { fitsPattern } from '../ssh/shell-words.ts';

type Run = FtpCommand['run'];

/** Number of wrong passwords after which the connection is ended. */
const MOST_FAILURES = 5;
const features = [
  'UTF8',
  'SIZE',
  'MDTM',
  'MFMT',
  'REST STREAM',
  'EPSV',
  'EPRT',
  'TVFS',
  'MLST type*;size*;modify*;perm*;',
];

const codes: Partial<Record<FileProblem, number>> = { 'bad name': 553, full: 452, busy: 450 };
const refuse = (ftp: FtpClient, error: unknown): void => {
  const { problem, message } = fileError(error);
  ftp.reply(codes[problem] ?? 550, message);
};
const open = (run: Run): FtpCommand => ({ needsLogin: false, run });
const inside = (run: (ftp: FtpClient, view: FileView, argument: string) => void | Promise<void>): FtpCommand => ({
  needsLogin: true,
  async run(ftp, argument) {
    if (!ftp.view) return;
    try {
      await run(ftp, ftp.view, argument);
    } catch (error) {
      refuse(ftp, error);
    }
  },
});
/** A command for one path. The text that `act` gives is the reply when it is done. */
const onPath = (code: number, act: (view: FileView, path: string, ftp: FtpClient) => Promise<string>): FtpCommand =>
  inside(async (ftp, view, argument) => {
    if (argument === '') return ftp.reply(501, 'Of what?');
    ftp.reply(code, await act(view, absolute(ftp.folder, argument), ftp));
  });

const permitted = (view: FileView, path: string): lists.Permitted => ({
  store: view.may(path, 'store'),
  remove: view.may(path, 'remove'),
});

// --- Login and connection ---

const user: Run = (ftp, name) => {
  if (!ftp.options.allowPlain && !ftp.isEncrypted) return ftp.reply(530, 'Encrypted only: AUTH TLS first');
  ftp.logOut();
  ftp.name = name;
  ftp.reply(331, 'Password, please');
};

const pass: Run = async (ftp, password) => {
  const { name } = ftp;
  ftp.name = undefined;
  if (name === undefined) return ftp.reply(503, 'USER first');
  const verdict = await ftp.options.accounts.login({ name, password, address: ftp.address, via: 'ftp' });
  if ('access' in verdict) {
    ftp.logIn(verdict.access);
    return ftp.reply(230, 'Welcome');
  }
  ftp.failures += 1;
  if (ftp.failures < MOST_FAILURES) return ftp.reply(530, 'Wrong name or password');
  ftp.reply(421, 'Too many wrong passwords');
  ftp.end();
};

const auth: Run = (ftp, kind) => {
  if (!ftp.options.certificate) return ftp.reply(502, 'There is no certificate');
  if (!/^(TLS|TLS-C|SSL)$/i.test(kind)) return ftp.reply(504, 'TLS only');
  if (ftp.isEncrypted) return ftp.reply(503, 'It is encrypted already');
  ftp.reply(234, 'Go on encrypted');
  ftp.logOut();
  ftp.encrypt();
};

const prot: Run = (ftp, level) => {
  if (!ftp.isEncrypted) return ftp.reply(503, 'AUTH TLS first');
  const wants = level.toUpperCase();
  if (wants !== 'P' && wants !== 'C') return ftp.reply(504, 'P or C');
  if (wants === 'C' && !ftp.options.allowPlain) return ftp.reply(534, 'Encrypted only');
  ftp.isProtected = wants === 'P';
  ftp.reply(200, wants === 'P' ? 'Data are encrypted' : 'Data are plain');
};

// --- Data connections ---

const passive = (extended: boolean): FtpCommand =>
  inside(async (ftp, _view, argument) => {
    if (extended && argument.toUpperCase() === 'ALL') {
      ftp.onlyExtendedPassive = true;
      return ftp.reply(200, 'EPSV alone from now on');
    }
    if (!extended && ftp.onlyExtendedPassive) return ftp.reply(503, 'You said EPSV ALL');
    const port = await ftp.dataConnection.listen().catch(() => undefined);
    if (port === undefined) return ftp.reply(425, 'No port is free');
    const place = asPasv(ftp.options.passiveAddress ?? ftp.localAddress, port);
    if (extended) return ftp.reply(229, `Entering Extended Passive Mode (|||${port}|)`);
    if (place) return ftp.reply(227, `Entering Passive Mode (${place})`);
    ftp.dataConnection.close();
    ftp.reply(522, 'Use EPSV');
  });

const active = (read: (argument: string) => { address: string; port: number } | undefined): FtpCommand =>
  inside((ftp, _view, argument) => {
    if (ftp.onlyExtendedPassive) return ftp.reply(503, 'You said EPSV ALL');
    const place = read(argument);
    if (!place) return ftp.reply(501, 'That is no address');
    if (!ftp.dataConnection.aim(place.address, place.port))
      return ftp.reply(504, 'Only to your own address, from port 1024 on');
    ftp.reply(200, 'Noted');
  });

/** Opens the data connection, runs a transfer over it and replies with the result. */
async function over(ftp: FtpClient, act: (socket: Socket) => Promise<void>): Promise<void> {
  if (!ftp.options.allowPlain && !ftp.isProtected) {
    ftp.dataConnection.close();
    return ftp.reply(521, 'Encrypted only: PROT P first');
  }
  if (!ftp.dataConnection.isReady()) return ftp.reply(425, 'PASV or PORT first');
  ftp.reply(150, 'Here it goes');
  ftp.isTransferring = true;
  try {
    ftp.transfer = await ftp.dataConnection.open(ftp.dataContext);
    await act(ftp.transfer);
    ftp.reply(226, 'Done');
  } catch (error) {
    if (!ftp.transfer) ftp.reply(425, `No data connection: ${(error as Error).message}`);
    else if (isBroken(error)) ftp.reply(426, 'The data connection broke off');
    else refuse(ftp, error);
  } finally {
    ftp.transfer?.destroySoon();
    ftp.transfer = undefined;
    ftp.isTransferring = false;
  }
}

const isBroken = (error: unknown): boolean =>
  error instanceof BrokenTransfer ||
  /^(ECONN|EPIPE|ERR_STREAM|ERR_SSL|ETIMEDOUT|ABORT)/.test((error as NodeJS.ErrnoException).code ?? '') ||
  (error as Error).message === 'silent';

const retrieve = inside(async (ftp, view, argument) => {
  const offset = ftp.restartAt ?? 0;
  const file = await view.openRead(absolute(ftp.folder, argument));
  try {
    if (offset > file.sizeBytes) return ftp.reply(554, 'The file is shorter than that');
    await over(ftp, (socket) => sendFile(file, offset, socket));
  } finally {
    await file.close();
  }
});

const store = (append: boolean): FtpCommand =>
  inside(async (ftp, view, argument) => {
    if (argument === '') return ftp.reply(501, 'Of what?');
    const at: HowToWrite['at'] = append ? 'end' : ftp.restartAt || undefined;
    const how: HowToWrite = at === undefined ? {} : { keep: true, at };
    const file = await view.openWrite(absolute(ftp.folder, argument), how);
    try {
      await over(ftp, (socket) => receiveFile(file, socket, () => ftp.isThere()));
    } finally {
      await file.abandon();
    }
  });

// --- Lists ---

/** The entries of a folder, those that match a pattern, or the one named file; with their paths. */
async function entriesOf(ftp: FtpClient, view: FileView, argument: string) {
  const { folder, pattern } = lists.splitPattern(lists.withoutOptions(argument));
  const path = absolute(ftp.folder, folder);
  const own = await view.stat(path);
  if (own.kind === 'file') return [{ entry: own, path, shown: folder }];
  const entries = (await view.list(path)).filter(({ name }) => pattern === undefined || fitsPattern(name, pattern));
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
  return entries.map((entry) => ({ entry, path: absolute(path, entry.name), shown: prefix + entry.name }));
}

type Listed = { entry: Entry; path: string; shown: string };
const listing = (line: (view: FileView, listed: Listed) => string): FtpCommand =>
  inside(async (ftp, view, argument) => {
    const lines = (await entriesOf(ftp, view, argument)).map((listed) => `${line(view, listed)}\r\n`);
    await over(ftp, (socket) => sendText(lines.join(''), socket));
  });

const listed = listing((view, { entry, path }) => lists.listLine(entry, permitted(view, path)));

const stat: Run = async (ftp, argument) => {
  if (!ftp.view || argument === '') {
    const what = ftp.transfer ? 'a transfer is under way' : 'nothing is under way';
    return ftp.reply(211, `${ftp.isEncrypted ? 'Encrypted' : 'Plain'}, ${what}`);
  }
  const { view } = ftp;
  const lines = (await entriesOf(ftp, view, argument)).map(({ entry, path }) =>
    lists.listLine(entry, permitted(view, path)),
  );
  ftp.reply(213, 'Files', lines);
};

const machineFacts = inside(async (ftp, view, argument) => {
  const path = absolute(ftp.folder, argument);
  const entry = await view.stat(path);
  ftp.reply(250, 'Facts', [lists.factsLine(entry, path, permitted(view, path))]);
});

// --- Files and folders ---

const changeFolder = (to: (argument: string) => string): FtpCommand =>
  inside(async (ftp, view, argument) => {
    const path = absolute(ftp.folder, to(argument));
    if ((await view.stat(path)).kind !== 'folder') return ftp.reply(550, 'it is no folder');
    ftp.folder = path;
    ftp.reply(250, `${lists.quoted(path)} is where you are`);
  });

const fileFacts = async (view: FileView, path: string): Promise<Entry> => {
  const entry = await view.stat(path);
  if (entry.kind !== 'file') throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  return entry;
};

const renameFrom = inside(async (ftp, view, argument) => {
  const path = absolute(ftp.folder, argument);
  await view.stat(path);
  ftp.renameFrom = path;
  ftp.reply(350, 'And what is it to be called?');
});

const renameTo = inside(async (ftp, view, argument) => {
  if (ftp.renameFrom === undefined) return ftp.reply(503, 'RNFR first');
  await view.rename(ftp.renameFrom, absolute(ftp.folder, argument), true);
  ftp.reply(250, 'Renamed');
});

const setTime = inside(async (ftp, view, argument) => {
  const [, time = '', name = ''] = /^(\S+) (.+)$/s.exec(argument) ?? [];
  const ms = lists.readTimeValue(time);
  if (ms === undefined) return ftp.reply(501, 'MFMT YYYYMMDDHHMMSS path');
  await view.setModified(absolute(ftp.folder, name), ms);
  ftp.reply(213, `Modify=${time}; ${name}`);
});

const restart: Run = (ftp, argument) => {
  if (!/^\d{1,15}$/.test(argument)) return ftp.reply(501, 'REST needs a number');
  ftp.restartAt = Number(argument);
  ftp.reply(350, `From ${argument} on`);
};

const transferType: Run = (ftp, argument) =>
  /^(A( N)?|I|L 8)$/i.test(argument) ? ftp.reply(200, 'Bytes go as they are') : ftp.reply(504, 'A or I');
const only = (letter: string): Run => {
  return (ftp, argument) =>
    argument.toUpperCase() === letter ? ftp.reply(200, 'So it is') : ftp.reply(504, `${letter} only`);
};
const always = (code: number, text: string): FtpCommand => open((ftp) => ftp.reply(code, text));

const workingFolder = inside((ftp) => ftp.reply(257, `${lists.quoted(ftp.folder)} is where you are`));
const makeFolder = onPath(257, async (view, path) => {
  await view.makeFolder(path);
  return `${lists.quoted(path)} made`;
});
const removeFolder = onPath(250, async (view, path) => {
  await view.removeFolder(path);
  return 'Removed';
});
const up = changeFolder(() => '..');
const into = changeFolder((argument) => argument);

const options: Run = (ftp, argument) => {
  if (/^UTF-?8( ON)?$/i.test(argument)) return ftp.reply(200, 'UTF-8 it is');
  if (/^MLST\b/i.test(argument)) return ftp.reply(200, 'MLST OPTS type;size;modify;perm;');
  ftp.reply(501, 'No such option');
};

const featureList: Run = (ftp) =>
  ftp.reply(211, 'Features', [...features, ...(ftp.options.certificate ? ['AUTH TLS', 'PBSZ', 'PROT'] : [])]);

const quit: Run = (ftp) => {
  ftp.reply(221, 'Goodbye');
  ftp.end();
};

/** All commands of FTP by their verbs. */
export const commands: Readonly<Record<string, FtpCommand>> = {
  __proto__: null as never,
  USER: open(user),
  PASS: open(pass),
  AUTH: open(auth),
  PBSZ: open((ftp) => (ftp.isEncrypted ? ftp.reply(200, 'PBSZ=0') : ftp.reply(503, 'AUTH TLS first'))),
  PROT: open(prot),
  CCC: always(534, 'What is encrypted stays so'),
  QUIT: open(quit),
  NOOP: always(200, 'Here'),
  SYST: always(215, 'UNIX Type: L8'),
  FEAT: open(featureList),
  OPTS: open(options),
  HELP: always(214, 'RFC 959, 2389, 2428, 3659 and 4217'),
  CLNT: always(200, 'Pleased to meet you'),
  ALLO: always(202, 'Not needed'),
  TYPE: open(transferType),
  MODE: open(only('S')),
  STRU: open(only('F')),
  STAT: open(stat),
  ABOR: always(226, 'Nothing is under way any more'),
  PASV: passive(false),
  EPSV: passive(true),
  PORT: active(lists.readPort),
  EPRT: active(lists.readExtendedPort),
  REST: inside((ftp, _view, argument) => restart(ftp, argument)),
  RETR: retrieve,
  STOR: store(false),
  APPE: store(true),
  LIST: listed,
  NLST: listing((_view, { shown }) => shown),
  MLSD: listing((view, { entry, path }) => lists.factsLine(entry, entry.name, permitted(view, path))),
  MLST: machineFacts,
  SIZE: onPath(213, async (view, path) => String((await fileFacts(view, path)).sizeBytes)),
  MDTM: onPath(213, async (view, path) => lists.timeValue((await fileFacts(view, path)).modifiedMs)),
  MFMT: setTime,
  DELE: onPath(250, async (view, path) => {
    await view.remove(path);
    return `${posix.basename(path)} deleted`;
  }),
  RNFR: renameFrom,
  RNTO: renameTo,
  PWD: workingFolder,
  XPWD: workingFolder,
  CWD: into,
  XCWD: into,
  CDUP: up,
  XCUP: up,
  MKD: makeFolder,
  XMKD: makeFolder,
  RMD: removeFolder,
  XRMD: removeFolder,
};

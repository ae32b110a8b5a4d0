import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { freePort } from './free-port.ts';
import { PATIENCE_MS, until } from './until.ts';

/** A mail as the server kept it. */
export interface KeptMail {
  /** Addresses of the envelope. */
  to: string[];
  /** Lines of the header, each unfolded. */
  header: string[];
  body: string;
}

/** Debian's mail server exim on a port of its own, which keeps every mail in a folder. */
export interface MailServer {
  port: number;
  /** All mails that it kept, the first one first. */
  mails(): Promise<KeptMail[]>;
  stop(): Promise<void>;
}

const PROGRAM = '/usr/sbin/exim4';
/** The user that exim writes mails as. */
const USER = 'Debian-exim';

/** Starts the server. Users log in as `amphi` with the password `let me in`. Gives the reason if it cannot run here. */
export async function startMailServer(): Promise<MailServer | { why: string }> {
  const ids = await Promise.all(
    ['-u', '-g'].map((which) => runProgram('id', [which, USER], { timeoutMs: PATIENCE_MS })),
  );
  const [uid, gid] = ids.map(({ code, stdout }) => (code === 0 ? Number(stdout) : undefined));
  if (process.getuid?.() !== 0 || uid === undefined || gid === undefined)
    return { why: 'it needs root and the package exim4-daemon-light' };
  const folder = await mkdtemp(join(tmpdir(), 'amphi-exim-'));
  await chmod(folder, 0o755);
  for (const name of ['spool', 'log', 'mail']) {
    await mkdir(join(folder, name));
    await chown(join(folder, name), uid, gid);
  }
  const port = await freePort();
  await writeFile(join(folder, 'exim.conf'), configurationOf(folder, port));
  const argv = ['-C', join(folder, 'exim.conf'), '-bdf', '-q1m'];
  const child = spawn(PROGRAM, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until('the mail server listens', () => listens(port), { seen: () => said });
  return {
    port,
    mails: () => keptMails(join(folder, 'mail')),
    async stop() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Whether user and password of a login are right. */
const CHECK = '${if and {{eq {$auth2}{amphi}}{eq {$auth3}{let me in}}}}';

const configurationOf = (folder: string, port: number): string => String.raw`
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/spool/pid
primary_hostname = mail.test
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
auth_advertise_hosts = *
tls_advertise_hosts =
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
begin acl
acl_rcpt:
  deny local_parts = nobody
       message = there is no such person
  accept
begin routers
all:
  driver = accept
  transport = kept
begin transports
kept:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  envelope_to_add
  user = ${USER}
  batch_max = 100
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${CHECK}
  server_set_id = $auth2
`;

async function keptMails(folder: string): Promise<KeptMail[]> {
  const names = await readdir(join(folder, 'new')).catch(() => []);
  const texts = await Promise.all(
    names.toSorted((one, other) => (one < other ? -1 : 1)).map((name) => readFile(join(folder, 'new', name), 'utf8')),
  );
  return texts.map((text) => {
    const [, head = '', body = ''] = /^(.*?)\n\n(.*)$/s.exec(text) ?? [];
    const header = head.replaceAll(/\n[ \t]+/g, ' ').split('\n');
    const to = header.find((line) => line.startsWith('Envelope-to: '))?.slice(13) ?? '';
    return { to: to.split(', '), header, body };
  });
}

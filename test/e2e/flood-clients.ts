import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import ssh2 from 'ssh2';
import { sleep } from '#lib/runtime/clock.ts';
import type { Way } from '#test/support/floods.ts';
import { PATIENCE_MS } from '#test/support/until.ts';

const ANSWER_MS = 10_000;
const BURST_MS = 700;

/** Whether a port answers `question`, asked from this address, as it should; false if it does not within 10 s. */
export async function answers(
  port: number,
  from: string,
  question: string,
  expected: RegExp,
  { isSecure = false }: Way = {},
): Promise<boolean> {
  const tcp = connect({ port, host: '127.0.0.1', localAddress: from });
  const socket = isSecure ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let text = '';
  tcp.on('error', () => resolve(false)).once('close', () => resolve(false));
  socket
    .on('error', () => resolve(false))
    .on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (expected.test(text)) resolve(true);
    });
  if (question) socket.write(question);
  const timer = setTimeout(() => resolve(false), ANSWER_MS);
  const isRight = await promise;
  clearTimeout(timer);
  socket.destroy();
  tcp.destroy();
  return isRight;
}

/** A question to SNMP (RFC 3416): a hundred of what follows 1.3.6.1, of the community that everybody knows. */
export const snmpQuestion = (): Buffer =>
  Buffer.from('302102010104067075626c6963a5140201010201000201643009300706032b06010500', 'hex');

/** Whether SNMP answers; a datagram may be lost, so it is asked again. */
export async function snmpAnswers(port: number): Promise<boolean> {
  const socket = createSocket('udp4').on('error', () => undefined);
  const answered = once(socket, 'message').then(() => true);
  socket.send(snmpQuestion(), port, '127.0.0.1');
  const isThere = await Promise.race([answered, sleep(1000).then(() => false)]);
  socket.close();
  return isThere;
}

/** Logs in with a password, as `admin`. */
function loggedIn(port: number, password: string): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client)).on('error', reject);
    client.connect({ host: '127.0.0.1', port, username: 'admin', password, readyTimeout: PATIENCE_MS });
  });
}

/** What one account may send by SSH: a shell full of questions, then a command of 30 000. */
export async function shellFlood(port: number, password: string): Promise<void> {
  const client = await loggedIn(port, password);
  client.on('error', () => undefined);
  client.shell(false, (error, shell) => {
    if (error) return;
    shell.on('error', () => undefined).resume();
    shell.write('Q'.repeat(1 << 20));
  });
  client.exec('Q'.repeat(30_000), (error, channel) => void (error ? undefined : channel.resume()));
  await sleep(BURST_MS);
  client.destroy();
}

/** What one account may send to the files: 20 000 questions by SFTP, and SCP with a line that does not end. */
export async function filesFlood(port: number, password: string): Promise<void> {
  const client = await loggedIn(port, password);
  client.on('error', () => undefined);
  client.sftp((error, files) => {
    if (error) return;
    for (let n = 0; n < 20_000; n += 1) files.realpath('.', () => undefined);
  });
  client.exec('scp -t /', (error, channel) => {
    if (error) return;
    channel.on('error', () => undefined).resume();
    channel.write('C'.repeat(1 << 20));
  });
  await sleep(BURST_MS);
  client.destroy();
}

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccounts } from '#agent/control/accounts/accounts.ts';
import { makeCertificate } from '#agent/control/certificate/certificate.ts';
import type { FtpOptions } from '#agent/control/ftp/ftp-client.ts';
import { startFtp } from '#agent/control/ftp/ftp.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { rawClient, type RawClient } from '../clients.ts';
import { openTestTree } from '../tree-of.ts';

export interface LoggedIn extends RawClient {
  /** Sends a line; its reply must begin with this code. */
  ask(line: string, code: string): Promise<string>;
}

/** An FTP server on a tree of its own, with what its tests share; a recording of three megabytes lies in it. */
export async function openFtpBox() {
  const here = await mkdtemp(join(tmpdir(), 'amphi-ftp-'));
  const accounts = await openAccounts({ folder: here, log: silentLog });
  await accounts.set('admin', 'secret');
  await accounts.set('user', 'guest');
  /** Wrong passwords slow down their address, and all tests have one. */
  const otherAccounts = () => openAccounts({ folder: here, log: silentLog });
  const box = await openTestTree();
  const certificate = await makeCertificate(['127.0.0.1', 'localhost']);
  await writeFile(join(here, 'ca.pem'), certificate.cert);
  const opened: { close(): Promise<void> }[] = [];
  const serve = async (options: Partial<FtpOptions> = {}): Promise<number> => {
    const ftp = await startFtp({
      addresses: ['127.0.0.1'],
      port: 0,
      accounts,
      tree: box.tree,
      log: silentLog,
      certificate: () => certificate,
      allowPlain: true,
      idleMs: () => 300_000,
      ...options,
    });
    opened.push(ftp);
    return ftp.port as number;
  };
  const port = await serve();
  const bytes = randomBytes(3_000_000);
  const five = join(here, 'three.mp4');
  await writeFile(five, bytes);
  await writeFile(box.at('recordings', 'three.mp4'), bytes);
  const overlays = () => readdir(box.at('overlays'));
  const clean = async (): Promise<void> => {
    for (const name of await overlays()) await rm(box.at('overlays', name), { recursive: true, force: true });
  };

  const loggedIn = async (name = 'admin', password = 'secret', at = port): Promise<LoggedIn> => {
    const client = await rawClient(at);
    await client.until('\r\n');
    const ask = async (line: string, code: string): Promise<string> => {
      client.send(`${line}\r\n`);
      const reply = await client.until('\r\n');
      assert.equal(reply.slice(0, 3), code, `${line}: ${reply}`);
      return reply;
    };
    await ask(`USER ${name}`, '331');
    await ask(`PASS ${password}`, '230');
    return { ...client, ask };
  };
  const dataOf = async (client: LoggedIn): Promise<RawClient> => {
    const [, place] = /\(\|\|\|(\d+)\|\)/.exec(await client.ask('EPSV', '229')) ?? [];
    return rawClient(Number(place));
  };

  /** Stores a part of a file, and is gone. */
  const breakOff = async (path: string, part: Buffer): Promise<void> => {
    const client = await loggedIn();
    const data = await dataOf(client);
    await client.ask(`STOR ${path}`, '150');
    await new Promise<void>((resolve) => void data.socket.write(part, () => resolve()));
    // What is still on its way is lost with a reset.
    await until('the part is on the disk', async () => (await box.arrivedBytes(path)) === part.length);
    data.socket.resetAndDestroy();
    await client.until('426');
    client.socket.destroy();
  };

  const close = async (): Promise<void> => {
    await Promise.all(opened.map((one) => one.close()));
    await Promise.all([box.remove(), rm(here, { recursive: true })]);
  };
  return { here, box, bytes, five, port, serve, otherAccounts, overlays, clean, loggedIn, dataOf, breakOff, close };
}

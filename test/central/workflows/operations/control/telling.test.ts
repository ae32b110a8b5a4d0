import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { addressOf } from '#central/intake/fetch-hosts.ts';
import { httpNotify } from '#central/workflows/operations/control/http-notify.ts';
import { log } from '#central/workflows/operations/control/log.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import { childNamed, childrenNamed, attributeOf } from '#lib/opencast/xml/xml.ts';
import { until } from '#test/support/until.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
});
after(async () => {
  await rig.close();
  await opened.close();
});

const fails = (asked: Promise<unknown>, why: RegExp) =>
  assert.rejects(asked, (error) => {
    assert.ok(error instanceof OperationFailed, String(error));
    assert.match(error.message, why);
    return true;
  });

describe('http-notify', () => {
  let server: Server;
  let url: string;
  /** Statuses that the server answers, one after the other; 0: it does not answer. */
  let statuses: number[] = [];
  let asked: { method: string | undefined; body: string; host: string | undefined; login: string | undefined }[] = [];
  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { method, headers } = request;
        asked.push({ method, body, host: headers.host, login: headers.authorization });
        const status = statuses.shift() ?? 204;
        if (status === 0) return;
        response.writeHead(status, { location: '/elsewhere' }).end('x'.repeat(100_000));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    statuses = [];
    asked = [];
  });

  const notify = (
    keys: Record<string, string>,
    { allowed = ['127.0.0.1'], signal }: { allowed?: string[]; signal?: AbortSignal } = {},
  ) => {
    const hosts = { agents: () => [], allowed };
    const operation = httpNotify({ addressOf: (one) => addressOf(one, hosts) }, [1]);
    return rig.run(operation, { url, ...keys }, [], signal ? { signal } : {});
  };

  test('tells by a form, and again until it was heard', async () => {
    statuses = [503, 500, 429];
    const { result, lines } = await notify({ subject: 'published', message: 'a & b', method: 'put' });
    assert.equal(result.kind, 'done');
    assert.equal(asked.length, 4);
    assert.deepEqual(
      [asked[0]?.method, Object.fromEntries(new URLSearchParams(asked[0]?.body))],
      ['PUT', { subject: 'published', message: 'a & b', workflowInstanceId: '1', mediaPackageId: 'lecture-1' }],
    );
    assert.deepEqual(lines, [
      'attempt 1 of 5: it answers 503',
      'attempt 2 of 5: it answers 500',
      'attempt 3 of 5: it answers 429',
    ]);
  });

  test('gives up after its attempts, at once where more are of no use, and never follows a redirection', async () => {
    statuses = [500, 500, 500];
    await fails(notify({ 'max-retry': '2' }), /was not told: it answers 500/);
    assert.equal(asked.length, 2);
    statuses = [404];
    await fails(notify({}), /it answers 404/);
    statuses = [302];
    await fails(notify({}), /it answers 302/);
    assert.equal(asked.length, 4);
    statuses = [0];
    await fails(notify({ timeout: '1', 'max-retry': '1' }), /no answer came within 1 s/);
  });

  test('asks no server that is not allowed, and shows no password', async () => {
    await fails(notify({}, { allowed: [] }), /may not be asked: 127\.0\.0\.1:\d+ is no registered agent/);
    await fails(notify({ url: 'file:///etc/passwd' }), /must be an address that begins with http/);
    await fails(notify({ url: url.replace('127.0.0.1', 'localhost') }), /may not be asked/);
    assert.equal(asked.length, 0);
    statuses = [401];
    const asked401 = notify({ url: url.replace('127', 'user:se%20cret@127') });
    await assert.rejects(
      asked401,
      (error: Error) => !/se.{0,3}cret/.test(error.message) && /answers 401/.test(error.message),
    );
    assert.equal(asked[0]?.login, `Basic ${btoa('user:se cret')}`);
    await fails(rig.run(httpNotify({}), { url }), /asks no other servers/);
  });

  test('ends at once when the run is stopped', async () => {
    statuses = [0];
    const stop = new AbortController();
    const stopped = notify({ timeout: '300' }, { signal: stop.signal });
    await until('it has asked', () => asked.length === 1);
    stop.abort(new OperationFailed('stopped'));
    await fails(stopped, /^stopped$/);
  });
});

describe('log', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'amphi-log-'));
    const { database } = opened;
    await database.insertInto('events').values({ id: 'lecture-1', title: 'Anatomie & co' }).execute();
    const version = { event: 'lecture-1', version: 1, package: 'lecture-1', content: '', manifest: '' };
    await database.insertInto('event_versions').values(version).execute();
    await database
      .insertInto('workflows')
      .values({
        event: 'lecture-1',
        version: 1,
        definition: 'fast',
        configuration: '{}',
        variables: '{"quality":"hd"}',
      })
      .execute();
    const of = { workflow: 1, configuration: '{}', conditions: '[]' };
    await database
      .insertInto('workflow_operations')
      .values([
        { ...of, position: 0, operation: 'inspect', state: 'succeeded', attempts: 1 },
        { ...of, position: 1, operation: 'encode', state: 'failed', attempts: 2, reason: 'no <picture>' },
      ])
      .execute();
  });
  after(() => rm(folder, { recursive: true }));

  const logged = async (keys: Record<string, string>, copyFolders: string[] = []) => {
    const file = await rig.element(new URL(import.meta.url).pathname, 'presenter/source', { tags: ['archive'] });
    return rig.run(log({ ...rig.needs, copyFolders }), keys, [file]);
  };

  test('writes the media package into the log of the operation', async () => {
    const { lines } = await logged({});
    assert.equal(lines[0], 'mediapackage.json:');
    const { mediapackage } = JSON.parse(lines.slice(1).join('\n'));
    assert.deepEqual([mediapackage.id, mediapackage.title], ['lecture-1', 'Anatomie & co']);
    const [, ...xml] = (await logged({ 'mediapackage-type': 'xml' })).lines;
    assert.equal(parseMediaPackage(xml.join('')).tracks[0]?.flavor, 'presenter/source');
  });

  test('writes files into a folder that is allowed, and into no other', async () => {
    const inside = join(folder, 'logs');
    await mkdir(inside);
    const keys = { 'workflowinstance-xml': 'true', 'workflowinstance-json': 'true', 'mediapackage-json': 'false' };
    await logged({ ...keys, directory: inside }, [folder]);
    const names = (await readdir(inside)).toSorted();
    assert.deepEqual(
      names.map((name) => name.replace(/1-\d+-/, '1-N-')),
      ['workflow-1-N-workflow.json', 'workflow-1-N-workflow.xml'],
    );
    const root = parseXml(await readFile(join(inside, names[1]!), 'utf8'));
    const operations = childrenNamed(childNamed(root, 'operations')!, 'operation');
    assert.deepEqual(
      operations.map((one) => [attributeOf(one, 'id'), attributeOf(one, 'state')]),
      [
        ['inspect', 'SUCCEEDED'],
        ['encode', 'FAILED'],
      ],
    );
    const { workflow } = JSON.parse(await readFile(join(inside, names[0]!), 'utf8'));
    assert.deepEqual(workflow.configurations.configuration, { key: 'quality', $: 'hd' });
    for (const directory of [`${folder}/../x`, '/etc', 'logs', `${folder}x`, ''.padEnd(2, '.')])
      await fails(
        logged({ ...keys, directory }, [folder]),
        /is not allowed by the configuration; these may be written to/,
      );
    await fails(logged({ directory: inside }), /no folder may be written to/);
    const outside = await mkdtemp(join(tmpdir(), 'amphi-outside-'));
    await symlink(outside, join(folder, 'away'));
    await fails(logged({ ...keys, directory: join(folder, 'away') }, [folder]), /is not allowed by the configuration/);
    await fails(
      logged({ ...keys, directory: join(folder, 'away/new') }, [folder]),
      /is not allowed by the configuration/,
    );
    assert.deepEqual(await readdir(outside), []);
    await rm(outside, { recursive: true });
  });
});

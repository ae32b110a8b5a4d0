import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { resources } from '#agent/web/swis/tree.ts';
import { between, seeded } from '../../../support/seeded.ts';
import { TOKEN, type FakeBox } from '../fake-box.ts';

const PATH = '/api/swis/resources';
const LEAVES = [0, 1, -1, 1e308, '', 'x', '../..', '\u0000', '`reboot`', '$(reboot)', true, null, 'é'.repeat(500)];
const VERBS = ['record', 'stop', 'pause', 'internal', 'rtmp://127.0.0.1:1/a/b', 'rtmp://[', 'usbfront', 7];
const KEYS = [
  'recording',
  'metadata',
  'title',
  'pub_url',
  'pub_control',
  'pub_while_record',
  'active_input',
  'active_index',
  'mute',
  'location',
  'value',
  'stream_enable',
  'root_dir_fs',
  'constructor',
];
const ENDS = ['', '', '', '/active_input', '/pub_control', '/mute', '/root_dir_fs', '/x', '?field=state', '?oids=1,2'];

interface Item {
  uri: string;
  value: unknown;
}

/** Makes items that look like those of a client, more or less. */
function itemsBy(random: () => number): () => Item {
  const pick = <Value>(values: readonly Value[]): Value => values[between(random, 0, values.length - 1)] as Value;
  const value = (depth: number): unknown => {
    if (depth === 0 || random() < 0.6) return pick<unknown>(random() < 0.5 ? LEAVES : VERBS);
    if (random() < 0.2) return Array.from({ length: between(random, 0, 3) }, () => value(depth - 1));
    return Object.fromEntries(Array.from({ length: between(random, 0, 4) }, () => [pick(KEYS), value(depth - 1)]));
  };
  return () => {
    const { path, numbers = [1] } = pick(resources);
    const number = random() < 0.8 ? pick(numbers) : between(random, 0, 99);
    return { uri: path.replace('{n}', String(number)) + pick(ENDS), value: value(3) };
  };
}

interface Told {
  meta: { uri: string; status?: string };
  result?: unknown;
}

/** Sets anything anywhere; each item is answered, in its place, by a result or a refusal. */
export async function setAnything(box: FakeBox, { items, seed }: { items: number; seed: number }): Promise<void> {
  const next = itemsBy(seeded(seed));
  const each = 100;
  for (let done = 0; done < items; done += each) {
    const asked = Array.from({ length: each }, next);
    const answer = await box.ask(PATH, { method: 'PUT', body: JSON.stringify(asked) });
    const told = (await answer.json()) as Told[];
    assert.equal(answer.status, 200);
    assert.deepEqual(
      told.map(({ meta }) => meta.uri),
      asked.map(({ uri }) => uri),
    );
    for (const { meta, result } of told) assert.ok((meta.status === undefined) !== (result === undefined), meta.uri);
  }
}

/** Requests with bytes changed, left out, doubled, or cut off; each on a connection of its own, which must end. */
export async function sendGarbled(box: FakeBox, { requests, seed }: { requests: number; seed: number }): Promise<void> {
  const random = seeded(seed);
  const next = itemsBy(random);
  for (let done = 0; done < requests; done += 10) {
    await Promise.all(Array.from({ length: 10 }, () => ended(box, garbled(requestOf(next), random))));
  }
}

function requestOf(next: () => Item): Buffer {
  const body = JSON.stringify([next(), next()]);
  const head = [
    `PUT ${PATH} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function garbled(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let times = between(random, 1, 4); times > 0; times--)
    copy[between(random, 0, copy.length - 1)] = between(random, 0, 255);
  const cut = between(random, 0, copy.length);
  const kind = random();
  if (kind < 0.4) return copy.subarray(0, cut);
  return kind < 0.6 ? Buffer.concat([copy.subarray(0, cut), copy.subarray(between(random, 0, cut))]) : copy;
}

/** Resolves when the box has ended the connection, or answered. */
function ended(box: FakeBox, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(box.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => resolve());
    socket.end(bytes);
  });
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import test from 'node:test';
import { startChild } from '#lib/runtime/processes/child.ts';
import { openSocketPair, type Landing } from '#lib/runtime/processes/socket-pair.ts';

/** Bytes land one behind the other in memory that was there before. */
function field(size: number): Landing & { bytes: Buffer; readonly filled: number } {
  const bytes = Buffer.alloc(size);
  let filled = 0;
  return {
    bytes,
    get filled() {
      return filled;
    },
    room: () => bytes.subarray(filled, filled + 100_000),
    landed: (count) => void (filled += count),
  };
}

test('what a child writes lands where it belongs, whole and in order', async () => {
  const size = 5_000_000;
  for (const fd of [1, 3]) {
    const landing = field(size + 1);
    const { near, far } = await openSocketPair(landing);
    const closed = once(near, 'close');
    const script = `
      const bytes = Buffer.alloc(${size}, Uint8Array.from({ length: 251 }, (_, n) => n));
      const write = (at) => {
        for (;;) {
          try {
            at += require('node:fs').writeSync(${fd}, bytes, at);
            if (at === bytes.length) return;
          } catch (error) {
            if (error.code !== 'EAGAIN') throw error;
            return setTimeout(write, 1, at);
          }
        }
      };
      write(0);`;
    const child = startChild({ command: process.execPath, argv: ['-e', script], sockets: { [fd]: far } });
    const { code, reason } = await child.died;
    assert.equal(code, 0, reason);
    await closed;
    assert.equal(landing.filled, size);
    const expected = Buffer.alloc(
      size,
      Uint8Array.from({ length: 251 }, (_, n) => n),
    );
    assert.ok(landing.bytes.subarray(0, size).equals(expected));
  }
});

test('a child that dies, or never was, closes the pair', async () => {
  for (const command of [process.execPath, '/nowhere/at/all']) {
    const { near, far } = await openSocketPair(field(10));
    const closed = once(near, 'close');
    const child = startChild({ command, argv: ['-e', 'setInterval(() => 0, 1000)'], sockets: { 1: far } });
    child.kill('SIGKILL');
    await child.died;
    await closed;
    assert.equal(far.destroyed, true);
  }
});

test('a descriptor below 3 is blocking in the child: ffmpeg waits there, and does not poll', async () => {
  const landing = field(1000);
  const { near, far } = await openSocketPair(landing);
  // Not Node: that makes its own descriptors what it wants them to be.
  const child = startChild({ command: 'cat', argv: ['/proc/self/fdinfo/1'], sockets: { 1: far } });
  const closed = once(near, 'close');
  await child.died;
  await closed;
  const text = landing.bytes.subarray(0, landing.filled).toString();
  const octal = /flags:\s+(\d+)/.exec(text)?.[1] ?? '';
  assert.equal(Number.parseInt(octal, 8) & 0o4000, 0, text);
});

test('a stranger who finds the name gets nothing, and the pair comes about', async () => {
  const before = new Set(ownPairs());
  const pairing = openSocketPair(field(10));
  const strangers = ownPairs()
    .filter((name) => !before.has(name))
    .map((name) => connect(`\0${name.slice(1)}`));
  assert.equal(strangers.length, 1);
  const [stranger] = strangers;
  const gone = once(stranger!, 'close');
  stranger!.on('error', () => undefined).end('0123456789abcdef');
  const { near, far } = await pairing;
  await gone;
  assert.notEqual(near.destroyed || far.destroyed, true);
  near.destroy();
  far.destroy();
});

/** Names of pairs that this process opened: the list has those of all processes of the machine (proc(5): the inode, then the name). */
function ownPairs(): string[] {
  const inodes = new Set(
    readdirSync('/proc/self/fd').map((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/self/fd/${fd}`))?.[1]),
  );
  const all = readFileSync('/proc/net/unix', 'utf8').matchAll(/(\d+) (@amphi-pair:\w+)/g);
  return [...all].flatMap(([, inode, name]) => (inodes.has(inode) && name ? [name] : []));
}

/** A descriptor may be closed while it is looked at: that of the folder itself is. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { zipOf } from '#agent/box/backup/zip.ts';

test('a ZIP has each file whole, and a directory that finds it', () => {
  const files = { 'about.json': '{"a":1}', 'été.log': 'x'.repeat(5000) };
  const zip = zipOf(files, new Date(2026, 0, 2, 3, 4, 6));
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  assert.equal(zip.readUInt16LE(end + 10), 2);
  let at = zip.readUInt32LE(end + 16);
  for (const [name, content] of Object.entries(files)) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50);
    const [packed, length, path] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24), zip.readUInt16LE(at + 28)];
    assert.equal(zip.toString('utf8', at + 46, at + 46 + path), name);
    const local = zip.readUInt32LE(at + 42);
    assert.equal(zip.readUInt32LE(local), 0x04034b50);
    const from = local + 30 + path;
    assert.equal(inflateRawSync(zip.subarray(from, from + packed)).toString(), content);
    assert.equal(length, Buffer.byteLength(content));
    at += 46 + path;
  }
});

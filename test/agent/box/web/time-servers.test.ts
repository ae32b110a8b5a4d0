import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { timeServers, timeServersIn } from '#agent/box/web/time-servers.ts';

test('the servers of timesyncd and chrony are read, and no others', () => {
  assert.deepEqual(timeServersIn('[Time]\n#NTP=no\nFallbackNTP=no\nNTP=a.example b.example\n'), [
    'a.example',
    'b.example',
  ]);
  assert.deepEqual(timeServersIn('pool a.example iburst\n server b.example\n!server no\nmakestep 1 3\n'), [
    'a.example',
    'b.example',
  ]);
});

test('files beside the first one count too, each server once; what cannot be read names none', () => {
  const root = mkdtempSync(join(tmpdir(), 'amphi-time-'));
  try {
    assert.deepEqual(timeServers(root), []);
    for (const [path, text] of [
      ['etc/systemd/timesyncd.conf', '[Time]\nNTP=\n'],
      ['etc/systemd/timesyncd.conf.d/hall.conf', '[Time]\nNTP=hall.example\n'],
      ['etc/systemd/timesyncd.conf.d/hall.conf.bak', '[Time]\nNTP=old.example\n'],
      ['etc/chrony/sources.d/more.sources', 'server hall.example\nserver more.example iburst\n'],
    ] as const) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    mkdirSync(join(root, 'etc/chrony/conf.d/folder.conf'), { recursive: true });
    assert.deepEqual(timeServers(root), ['hall.example', 'more.example']);
  } finally {
    rmSync(root, { recursive: true });
  }
});

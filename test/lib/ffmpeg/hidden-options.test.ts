import assert from 'node:assert/strict';
import { readSync } from 'node:fs';
import { test } from 'node:test';
import { asList, asPreset, hiddenOptions, openNamelessFile } from '#lib/ffmpeg/hidden-options.ts';

test('secrets of SRT leave the address, and are told as FFmpeg would have read them', () => {
  const hidden = hiddenOptions('srt://h:9000?mode=caller&passphrase=a+b%2B=c&latency=5&streamid=%23%21::r=it%27s#x');
  assert.deepEqual(hidden, {
    url: 'srt://h:9000?mode=caller&latency=5',
    options: [
      ['passphrase', 'a b%2B=c'],
      ['streamid', "#!::r=it's"],
    ],
  });
  assert.equal(asPreset(hidden), "passphrase=a b%2B=c\nstreamid=#!::r=it's\n");
  assert.equal(
    asList(hidden, [['probesize', '5']]),
    "ffconcat version 1.0\nfile 'srt://h:9000?mode=caller&latency=5'\noption passphrase 'a b%2B=c'\noption streamid '#!::r=it'\\''s'\noption probesize '5'\n",
  );
  assert.equal(hiddenOptions('srt://h:9000?passphrase=x')?.url, 'srt://h:9000');
});

test('what has no secret, is no SRT, or would be two lines, stays as it is', () => {
  for (const url of ['srt://h:9000', 'srt://h:9000?latency=5', 'http://h/?passphrase=x', 'srt://h?streamid=a%0Ab'])
    assert.equal(hiddenOptions(url), undefined, url);
});

test('a nameless file is read from its beginning', async () => {
  const file = await openNamelessFile('a secret');
  assert.ok(file);
  const bytes = Buffer.alloc(20);
  assert.equal(bytes.toString('utf8', 0, readSync(file.fd, bytes)), 'a secret');
  await file.close();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allKeys, factoryDocument } from '#test/support/all-keys.ts';
import { changeInWords, changesBetween } from '#firmware-config/document/differences.ts';

const words = (before = factoryDocument(), after = allKeys): string[] =>
  changesBetween(before, after).map(changeInWords);

test('every difference is said in words, with its key, its unit, and no secret', () => {
  const said = words();
  assert.ok(said.length > 100);
  for (const line of said) assert.match(line, /^\S.{3,} \((hall|device\.[\w.[\]-]+)\)$/, line);
  for (const line of [
    'name of the hall: "Amphi" becomes "Amphi_D" (hall)',
    'input 1, password: not set becomes "***" (device.inputs.1.source.password)',
    'encoder archive, bit rate of the picture: 750 kb/s becomes 3000 kb/s (device.encoders.archive.videoKbps)',
    'channel A, sound later than its picture: 0 ms becomes 40 ms (device.audio.channels.A.delayMs)',
    'layout 13 "Ours" is new (device.layouts.13)',
    'stream archive, multicast is new (device.streams.archive.multicast)',
    'push target 1 "Overflow" is new (device.pushes[1])',
    'description, title: "" becomes "title of Amphi D, été" (device.metadata.title)',
    'SNMP community: another secret (device.sis.snmp.community)',
    'user presets of input 1 is new (device.sis.presets.user.ofInput.1)',
    'kept value hdcp.notice is new (device.sis.kept.hdcp.notice)',
  ])
    assert.ok(said.includes(line), line);
  assert.doesNotMatch(said.join('\n'), /geheim|Key-1|0123456789/);
});

test('the way back is said too, and what is equal is not said', () => {
  const back = words(allKeys, factoryDocument());
  assert.ok(back.includes('layout 14 "Other" goes (device.layouts.14)'));
  assert.ok(back.includes('port of Telnet: 2300 becomes not set (device.sis.ports.telnet)'));
  assert.deepEqual(words(allKeys, structuredClone(allKeys)), []);
});

test('one thing in a list or in a layout is told by itself', () => {
  const after = JSON.parse(JSON.stringify(allKeys)) as typeof allKeys;
  const [window] = after.device.layouts[13]!.windows;
  window!.rect.x = 0.5;
  after.device.pushes[0]!.url = 'rtmp://live.example.org/app/Key-9';
  assert.deepEqual(words(allKeys, after), [
    'layout 13, window 1, left edge: 0.1 becomes 0.5 (device.layouts.13.windows[1].rect.x)',
    'push target 1, address: another secret (device.pushes[1].url)',
  ]);
});

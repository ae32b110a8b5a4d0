import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together } from '#lib/opencast/profiles/together.ts';

const still = (time: string, out: string): string[] =>
  `-ss ${time} -i /a b.mp4 -an -filter:v scale=160:-2 -frames:v 1 -q:v 3 ${out}`
    .replace('/a b.mp4', '\0')
    .split(' ')
    .map((word) => word.replace('\0', '/a b.mp4'));

test('pictures of one file are taken by one FFmpeg, each with its own time and name', () => {
  const both = together([still('1.5', 'x.jpg'), still('20', 'y.jpg')], '/a b.mp4');
  assert.equal(
    both?.join('|'),
    '-threads|1|-ss|1.5|-i|/a b.mp4|-threads|1|-ss|20|-i|/a b.mp4' +
      '|-map|0:V:0|-an|-filter:v|scale=160:-2|-frames:v|1|-q:v|3|x.jpg' +
      '|-map|1:V:0|-an|-filter:v|scale=160:-2|-frames:v|1|-q:v|3|y.jpg',
  );
});

for (const [name, argv] of [
  ['reads another file', '-ss 1 -i other.mp4 -frames:v 1 a.jpg'],
  ['reads two files', '-ss 1 -i in.mp4 -i mark.png -frames:v 1 a.jpg'],
  ['says which stream', '-ss 1 -i in.mp4 -map 0:1 -frames:v 1 a.jpg'],
  ['has a graph of filters', '-ss 1 -i in.mp4 -filter_complex thumbnail -frames:v 1 a.jpg'],
  ['takes several pictures', '-ss 1 -i in.mp4 -frames:v 3 a-%d.jpg'],
  ['seeks after the input', '-i in.mp4 -ss 1 -frames:v 1 a.jpg'],
  ['says more of the input', '-r 5 -ss 1 -i in.mp4 -frames:v 1 a.jpg'],
  ['is empty', ''],
] as const)
  test(`a command is done alone that ${name}`, () => {
    assert.equal(together([argv.split(' ')], 'in.mp4'), undefined);
    assert.equal(together(['-ss 2 -i in.mp4 -frames:v 1 b.jpg'.split(' '), argv.split(' ')], 'in.mp4'), undefined);
  });

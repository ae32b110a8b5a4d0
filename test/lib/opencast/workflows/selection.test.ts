import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { fitsFlavor, listed, selected, targetFlavor, targetTags } from '#lib/opencast/workflows/selection.ts';

/** Elements of a real media package: the numbers are their ids. */
const { tracks, catalogs } =
  parseMediaPackage(`<mediapackage xmlns="http://mediapackage.opencastproject.org" id="a"><media>
  <track id="1" type="presenter/source"><tags><tag>archive</tag></tags><url>a</url></track>
  <track id="2" type="presentation/source"><tags/><url>b</url></track>
  <track id="3" type="presenter/delivery"><tags><tag>engage-download</tag><tag>hd-quality</tag></tags><url>c</url></track>
  <track id="4" type="presentation/delivery"><tags><tag>engage-download</tag></tags><url>d</url></track></media>
  <metadata><catalog id="5" type="dublincore/episode"><tags><tag>archive</tag><tag>engage-download</tag></tags><url>e</url></catalog></metadata></mediapackage>`);
const elements = [...tracks, ...catalogs];

const ROWS: readonly [flavors: string, tags: string, or: string, and: string][] = [
  ['', '', '', ''],
  ['presenter/source', '', '1', '1'],
  ['*/source', '', '12', '12'],
  ['presenter/*', '', '13', '13'],
  ['*/*', '', '12345', '12345'],
  ['presenter/source, dublincore/*', '', '15', '15'],
  ['', 'archive', '15', '15'],
  ['', 'archive,hd-quality', '135', '135'],
  ['*/source', 'archive', '125', '1'],
  ['*/delivery', 'engage-download', '345', '34'],
  ['*/delivery', '-hd-quality', '4', '4'],
  ['', 'engage-download,-hd-quality', '45', '45'],
  ['*/*', '-archive', '234', '234'],
  ['', '-archive', '', ''],
  ['presenter/source', 'engage-download,-hd-quality', '145', ''],
  ['nothing/here', '', '', ''],
  ['*/delivery', '+hd-quality', '34', '3'],
  ['source', '', '', ''],
];

describe('selection', () => {
  for (const [flavors, tags, or, and] of ROWS)
    test(`${flavors || '(no flavors)'} ${tags || '(no tags)'}`, () => {
      const by = (mode: 'or' | 'and'): string =>
        selected(elements, { flavors: listed(flavors), tags: listed(tags), mode })
          .map(({ id }) => id)
          .join('');
      assert.equal(by('or'), or);
      assert.equal(by('and'), and);
    });

  test('flavors of several parts', () => {
    assert.ok(fitsFlavor('presentation/segment+preview', '*/segment+preview'));
    assert.ok(!fitsFlavor('presentation/segment+preview', '*/segment'));
  });
});

describe('results', () => {
  const FLAVORS: readonly [source: string, target: string, result: string][] = [
    ['presenter/trimmed', '*/delivery', 'presenter/delivery'],
    ['presenter/trimmed', 'presentation/*', 'presentation/trimmed'],
    ['presenter/trimmed', '*/*', 'presenter/trimmed'],
    ['presenter/trimmed', 'archive/zip', 'archive/zip'],
  ];
  for (const [source, target, result] of FLAVORS)
    test(`${source} → ${target}`, () => assert.equal(targetFlavor(source, target), result));

  const TAGS: readonly [before: string, list: string, after: string][] = [
    ['a,b', '', 'a,b'],
    ['a,b', 'c', 'c'],
    ['a,b', '+c', 'a,b,c'],
    ['a,b', '-b', 'a'],
    ['a,b', '+c,-a', 'b,c'],
    ['a,b', 'c,d,-d', 'c'],
    ['a,b', 'c,+e', 'c,e'],
    ['a', '+a', 'a'],
    ['', '-archive', ''],
    ['', 'engage-download, engage-streaming', 'engage-download,engage-streaming'],
  ];
  for (const [before, list, after] of TAGS)
    test(`${before || '(none)'} and ${list || '(none)'}`, () =>
      assert.deepEqual(targetTags(listed(before), listed(list)), listed(after)));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRange, isKnown, isSameVersion } from '#lib/http-api/byte-range.ts';

test('a range is read as RFC 9110 means it', () => {
  const cases: [header: string | undefined, size: number, expected: ReturnType<typeof byteRange>][] = [
    [undefined, 100, undefined],
    ['bytes=0-9', 100, { first: 0, last: 9 }],
    ['bytes=90-', 100, { first: 90, last: 99 }],
    ['bytes=90-900', 100, { first: 90, last: 99 }],
    ['bytes=-10', 100, { first: 90, last: 99 }],
    ['bytes=-1000', 100, { first: 0, last: 99 }],
    ['Bytes = 3-4', 100, { first: 3, last: 4 }],
    ['bytes=100-', 100, 'unsatisfiable'],
    ['bytes=-0', 100, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    // Not to be read, or more than we do: the whole file is an answer to it.
    ['bytes=9-3', 100, undefined],
    ['bytes=-', 100, undefined],
    ['bytes=a-b', 100, undefined],
    ['bytes=0-1,5-6', 100, undefined],
    ['pages=1-2', 100, undefined],
    [`bytes=0-${'9'.repeat(40)}`, 100, undefined],
  ];
  for (const [header, size, expected] of cases)
    assert.deepEqual(byteRange(header, size), expected, `${header} of ${size}`);
});

const file = { etag: '"a"', modifiedAtMs: Date.UTC(2016, 9, 6, 8, 0, 0) + 400 };
const growing = { ...file, etag: 'W/"a"' };

test('a part is joined only to the same version', () => {
  assert.equal(isSameVersion(undefined, file), true);
  assert.equal(isSameVersion('"a"', file), true);
  assert.equal(isSameVersion('"b"', file), false);
  assert.equal(isSameVersion('W/"a"', growing), false);
  assert.equal(isSameVersion('Thu, 06 Oct 2016 08:00:00 GMT', file), true);
  assert.equal(isSameVersion('Thu, 06 Oct 2016 08:00:01 GMT', file), false);
  assert.equal(isSameVersion('yesterday', file), false);
});

test('who has a version is told so', () => {
  assert.equal(isKnown('"x", "a"', undefined, file), true);
  assert.equal(isKnown('W/"a"', undefined, file), true);
  assert.equal(isKnown('*', undefined, file), true);
  assert.equal(isKnown('"b"', 'Thu, 06 Oct 2016 09:00:00 GMT', file), false);
  assert.equal(isKnown(undefined, 'Thu, 06 Oct 2016 08:00:00 GMT', file), true);
  assert.equal(isKnown(undefined, 'Thu, 06 Oct 2016 07:59:59 GMT', file), false);
  assert.equal(isKnown(undefined, 'never', file), false);
  assert.equal(isKnown(undefined, undefined, file), false);
});

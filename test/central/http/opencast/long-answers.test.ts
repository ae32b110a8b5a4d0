import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eachAsText, listText, withChildren, withMember } from '#central/http/opencast/long-answers.ts';

test('others have their turn while many results are written', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const slow = (n: number): string => {
    const until = performance.now() + 2;
    while (performance.now() < until);
    return String(n);
  };
  const texts = await eachAsText([...Array(50).keys()], slow);
  clearInterval(timer);
  assert.deepEqual(texts.slice(-2), ['48', '49']);
  assert.ok(turns >= 5, `only ${turns} others had their turn`);
});

describe('what is written already is put', () => {
  test('at the end of a document element, whether it was empty or not', () => {
    assert.equal(
      withChildren('<?xml?><a:b c="&lt;/&gt;"/>', ['<d/>', '<e/>']),
      '<?xml?><a:b c="&lt;/&gt;"><d/><e/></a:b>',
    );
    assert.equal(withChildren('<?xml?><b><c/></b>', ['<d/>']), '<?xml?><b><c/><d/></b>');
    assert.equal(withChildren('<b/>', []), '<b></b>');
  });

  test('at the end of an object', () => {
    assert.equal(withMember('{"a":{}}', '}}', 'b', '[1]'), '{"a":{"b":[1]}}');
    assert.equal(withMember('{"a":1}', '}', 'b', '""'), '{"a":1,"b":""}');
  });

  test('as a list only where there are several', () => {
    assert.deepEqual([listText([]), listText(['1']), listText(['1', '2'])], [undefined, '1', '[1,2]']);
  });
});

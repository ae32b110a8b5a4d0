import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSisBox } from './box.ts';

// Texts of foreign controllers: the metadata keep what people mean by them.

test('signs that show nothing do not get into the metadata', async () => {
  const client = openSisBox().client();
  const texts: [sent: string, kept: string][] = [
    ['\uFEFFAlgèbre', 'Algèbre'],
    ['Alge\u0300bre', 'Algèbre'],
    ['Al\u200Bgèbre', 'Algèbre'],
    ['\u202EAlgèbre\u202C', 'Algèbre'],
    ['Amphi\u00A0D', 'Amphi D'],
    ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['../CON <b>{{7*7}}', '../CON <b>{{7*7}}'],
  ];
  for (const [sent, kept] of texts) {
    await client.ask(`\u001bM13*${sent}RCDR\r`);
    assert.deepEqual(await client.ask('\u001bM13RCDR\r'), [`${kept}\r\n`], JSON.stringify(sent));
  }
  await client.ask('\u001bM13*   RCDR\r');
  const blank = await client.ask('\u001bM13RCDR\r');
  assert.equal(blank.join('').trim(), '');
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openSisBox } from './box.ts';

const folder = new URL('../../../transcripts/', import.meta.url);

/** What is sent, and each write that answers it. */
interface Exchange {
  sent: string;
  answers: string[];
}

/** `> "…"` is sent, `< "…"` is one write of the device, both as JSON strings; `#` begins a remark (test/README.md). */
function readTranscript(text: string): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('> ')) exchanges.push({ sent: JSON.parse(line.slice(2)) as string, answers: [] });
    else if (line.startsWith('< ')) exchanges.at(-1)?.answers.push(JSON.parse(line.slice(2)) as string);
    else assert.ok(line === '' || line.startsWith('#'), `a line of a transcript begins with >, < or #: ${line}`);
  }
  return exchanges;
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.sis'))) {
  const exchanges = readTranscript(readFileSync(new URL(name, folder), 'utf8'));

  test(`${name} is answered byte for byte`, async () => {
    const one = openSisBox().client();
    for (const { sent, answers } of exchanges) assert.deepEqual(await one.ask(sent), answers, JSON.stringify(sent));
  });

  test(`${name} is answered the same with one byte a segment, and cut in two at every byte`, async () => {
    const expected = exchanges.flatMap(({ answers }) => answers);
    const bytes = Buffer.from(exchanges.map(({ sent }) => sent).join(''));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const one = openSisBox().client();
      await one.session.receive(bytes.subarray(0, cut));
      await one.session.receive(bytes.subarray(cut));
      assert.deepEqual(one.heard(), expected, `cut at ${cut}`);
    }
    const one = openSisBox().client();
    for (const byte of bytes) await one.session.receive(Buffer.from([byte]));
    assert.deepEqual(one.heard(), expected);
  });
}

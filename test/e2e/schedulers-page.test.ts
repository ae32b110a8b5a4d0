import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCentralProcess, type CentralProcess } from '#test/support/central-process.ts';

/** The page speaks of 2027: the next year that lies ahead and has the same days of the week. */
const YEAR = String(yearLike(2027));

function yearLike(year: number): number {
  const shape = (of: number): string => [0, 11].map((month) => new Date(Date.UTC(of, month, 1)).getUTCDay()).join();
  let next = new Date().getFullYear() + 1;
  while (shape(next) !== shape(year)) next++;
  return next;
}

const page = readFileSync(new URL('../../docs/schedulers.md', import.meta.url), 'utf8').replaceAll('2027', YEAR);

interface Block {
  kind: string;
  text: string;
}

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(csv [\w.]+|console)\n([\s\S]*?)^```/gm)].map(([, kind = '', inner = '']) => ({
    kind,
    text: inner,
  }));
const blocks = blocksOf(page);

/** The server as the page calls it. */
const SERVER = 'http://server:8080';

/** The moment of an import, which the page calls so. */
const MOMENT = /\d{4}-\d\d-\d\d \d\d:\d\d(?=: \d+ removed)/g;

/** What stands behind each `$`, and the lines below it. */
const conversations = (text: string): { typed: string; answered: string }[] =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [typed = '', ...answered] = part.trimEnd().split('\n');
      return { typed, answered: answered.join('\n') };
    });

const wordsOf = (typed: string): string[] =>
  [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** Ids of the server as the page calls them, in the order in which they come. */
function openIds(): { shown: (text: string) => string; real: (word: string) => string } {
  const ids: string[] = [];
  return {
    shown: (text) =>
      text.replaceAll(UUID, (id) => {
        if (!ids.includes(id)) ids.push(id);
        return `ID-${ids.indexOf(id) + 1}`;
      }),
    real: (word) => ids[Number(/^ID-(\d+)$/.exec(word)?.[1]) - 1] ?? word,
  };
}

async function registerHall(central: CentralProcess, name: string): Promise<void> {
  const body = new URLSearchParams({
    configuration: JSON.stringify({ 'capture.device.timezone': 'Europe/Paris', 'capture.device.names': 'Channel A' }),
  });
  const reply = await central.ask(`/capture-admin/agents/${name}/configuration`, { method: 'POST', body, as: 'agent' });
  assert.equal(reply.status, 200);
}

test('the guide is in French too, with the same files, commands and answers', () => {
  const french = readFileSync(new URL('../../docs/schedulers-fr.md', import.meta.url), 'utf8');
  assert.deepEqual(blocksOf(french.replaceAll('2027', YEAR)), blocks);
});

test('the guide for schedulers says what happens', async () => {
  assert.ok(blocks.filter(({ kind }) => kind === 'console').length >= 4);
  const central = await startCentralProcess();
  try {
    for (const hall of ['Amphi_D', 'Amphi_E']) await registerHall(central, hall);
    const ids = openIds();
    const real = (word: string): string => (word === SERVER ? central.url : word);
    for (const { kind, text } of blocks) {
      if (kind !== 'console') await writeFile(join(central.folder, kind.slice(4)), text);
      else {
        for (const { typed, answered } of conversations(text)) {
          const { stdout, reason } = await central.amphi(...wordsOf(typed).slice(1).map(ids.real).map(real));
          assert.equal(
            ids.shown(stdout.trimEnd()).replaceAll(central.url, SERVER).replaceAll(MOMENT, 'TODAY'),
            answered,
            `${typed}: ${reason}`,
          );
        }
      }
    }
  } finally {
    await central.close();
  }
});

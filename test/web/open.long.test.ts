// May take 90 minutes: a page is left open for half an hour.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sleep } from '#lib/runtime/clock.ts';
import { startBox } from '#test/support/box.ts';
import { openBrowser, openViewer, signIn } from './browser.ts';

const MINUTES = Number(process.env['AMPHI_MINUTES'] ?? 30);
/** What a browser keeps of a stream that plays: so much may come and go. */
const SWING_MB = 12;

test(`open for ${MINUTES} minutes, the page holds no more than after three`, async () => {
  const browser = await openBrowser();
  const box = await startBox({
    device: {
      inputs: {
        1: { source: { driver: 'test', pattern: 'bars' } },
        3: { source: { driver: 'test', pattern: 'motion' } },
      },
    },
  });
  try {
    const { page, context, complaints } = await openViewer(browser);
    const url = `http://127.0.0.1:${box.ports.http}/`;
    await signIn(page, url, (await readFile(join(box.data, 'first-password'), 'utf8')).trim());
    await page.locator('.stage .screen[data-shown=video]').waitFor();
    const session = await context.newCDPSession(page);
    const heapMb = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return usedSize / 2 ** 20;
    };
    const nodes = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);
    await sleep(Math.min(3, MINUTES / 3) * 60_000);
    const [before, elements] = [await heapMb(), await nodes()];
    for (let minute = 3; minute < MINUTES; minute++) {
      await sleep(60_000);
      // Somebody does something now and then.
      await box.send('POST', `/layouts/${1 + (minute % 12)}/recall`);
    }
    assert.ok((await heapMb()) - before < SWING_MB, `${before.toFixed(1)} MB became ${(await heapMb()).toFixed(1)} MB`);
    assert.ok(Math.abs((await nodes()) - elements) < 100);
    await page.locator('.stage .screen[data-shown=video]').waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await box.remove();
  }
});

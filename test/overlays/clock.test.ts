import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { openRenderer } from '#overlays/render.ts';
import { renderSlate } from '#overlays/slate.ts';

import { boxOf, inkOf, pixelAt, plainStyle } from './pixels-of.ts';

const renderer = openRenderer({ folder: '/nowhere' });
const clockAt = async (
  time: string,
  change: { timeZone?: string; format?: 'time' | 'date-time'; widthPx?: number; background?: string } = {},
) => {
  const { timeZone = 'UTC', format = 'time', widthPx = 260, background = '' } = change;
  const style = { ...plainStyle, background, align: 'right', valign: 'middle' } as const;
  return renderer.renderClock({
    atMs: Date.parse(`2017-01-04T${time}Z`),
    timeZone,
    format,
    style,
    widthPx,
    heightPx: 60,
    canvasHeightPx: 720,
  });
};

describe('a clock', () => {
  it('changes only where its digits do', async () => {
    const [one, other, minute] = [await clockAt('13:51:00'), await clockAt('13:51:01'), await clockAt('13:52:00')];
    const changed = (a: typeof one) =>
      boxOf({ ...a, rgba: a.rgba.map((value, i) => ((i & 3) === 3 ? Math.abs(value - (one.rgba[i] ?? 0)) : value)) });
    const [whole, second, minutes] = [boxOf(one), changed(other), changed(minute)];
    assert.ok(whole && second && minutes);
    const digitPx = (whole.right - whole.left) / 7;
    assert.ok(second.left > whole.right - digitPx && second.right <= 258);
    assert.ok(minutes.right < second.left - digitPx && minutes.right - minutes.left < digitPx);
  });

  it('gives the same picture for the same second and a new one for the next, which is its own', async () => {
    assert.deepEqual((await clockAt('08:00:00')).rgba, (await clockAt('08:00:00.900')).rgba);
    const mine = await clockAt('08:00:00');
    mine.rgba.fill(9);
    assert.notDeepEqual((await clockAt('08:00:00')).rgba, mine.rgba);
  });

  it('follows the time zone and may say the date', async () => {
    assert.deepEqual((await clockAt('12:51:00', { timeZone: 'Europe/Paris' })).rgba, (await clockAt('13:51:00')).rgba);
    assert.ok(
      inkOf(await clockAt('13:51:00', { format: 'date-time', widthPx: 500 })) > 2 * inkOf(await clockAt('13:51:00')),
    );
  });

  it('is wholly inside, smaller where there is less room', async () => {
    for (const widthPx of [400, 160, 80, 40]) {
      const box = boxOf(await clockAt('20:38:58', { format: 'date-time', widthPx }));
      assert.ok(
        box && box.left > 0 && box.top > 0 && box.right < widthPx - 1 && box.bottom < 59,
        `${widthPx} ${JSON.stringify(box)}`,
      );
    }
    assert.deepEqual(pixelAt(await clockAt('20:38:58', { background: '#102030' }), 130, 1), [16, 32, 48, 255]);
  });
});

describe('a slate', () => {
  for (const [widthPx, heightPx] of [
    [1280, 720],
    [320, 180],
    [1920, 1080],
    [640, 480],
    [16, 16],
    [2, 2],
  ] as const) {
    it(`is opaque and dark: ${widthPx}x${heightPx}`, async () => {
      const { rgba, ...size } = await renderSlate({ widthPx, heightPx, detail: 'Canal B' });
      assert.deepEqual(size, { widthPx, heightPx });
      assert.equal(rgba.length, widthPx * heightPx * 4);
      const mean = rgba.reduce((sum, value, i) => sum + ((i & 3) === 3 ? 0 : value), 0) / (widthPx * heightPx * 3);
      assert.ok(mean < 80 && rgba.every((value, i) => (i & 3) !== 3 || value === 255), String(mean));
    });
  }

  it('says it in two languages and which channel, inside its edges', async () => {
    const size = { widthPx: 640, heightPx: 360 };
    const bright = (image: Awaited<ReturnType<typeof renderSlate>>, fromY: number, toY: number) =>
      boxOf(image, ([red]) => red > 90) &&
      boxOf(
        { ...image, rgba: image.rgba.subarray(fromY * 640 * 4, toY * 640 * 4), heightPx: toY - fromY },
        ([red]) => red > 90,
      );
    const slate = await renderSlate({ ...size, detail: 'Canal B · Caméra' });
    for (const [from, to] of [
      [0.49, 0.62],
      [0.63, 0.74],
      [0.79, 0.9],
    ] as const) {
      const line = bright(slate, Math.round(from * 360), Math.round(to * 360));
      assert.ok(
        line && line.left > 32 && line.right < 608 && Math.abs(line.left + line.right - 639) <= 6,
        `${from} ${JSON.stringify(line)}`,
      );
    }
    assert.equal(bright(await renderSlate(size), 284, 324), undefined, 'no detail, no third line');
    const long = await renderSlate({
      ...size,
      title: `${'Très '.repeat(60)} / ${'very '.repeat(60)}`,
      detail: '<b>&'.repeat(80),
    });
    const box = boxOf(long, ([red]) => red > 90);
    assert.ok(box && box.left > 20 && box.right < 620 && box.bottom < 350);
  });

  it('refuses a size that is none', async () => {
    await assert.rejects(renderSlate({ widthPx: 0, heightPx: 9 }), { name: 'OverlayError', code: 'size' });
  });
});

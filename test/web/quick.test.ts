// Covers agent/web/pages, lib/pages.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, pressTwice, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';
import { PASSWORDS } from '#test/agent/web/fake-box.ts';
import { open, openLectern, startQuickBox } from './quick-box.ts';

let box: Awaited<ReturnType<typeof startQuickBox>>;
let browser: Browser;

before(async () => {
  [box, browser] = await Promise.all([startQuickBox(), openBrowser()]);
  const session = { id: 'test', via: 'http', access: 'admin' } as const;
  const window = { channel: 'A' as const, rect: { x: 0, y: 0, width: 1, height: 1 }, z: 0 };
  for (const number of [13, 14, 15, 16]) {
    const layout = { name: `Own ${number}`, background: { colour: '#000000' }, windows: [window], overlays: [] };
    box.device.request({ name: 'layout.save', params: { number, layout }, session });
  }
});

after(async () => {
  await browser?.close();
  await box?.[Symbol.asyncDispose]();
  await rm(box.data, { recursive: true, force: true, maxRetries: 20 });
});

async function viewing(
  settings: Parameters<typeof openViewer>[1],
  act: (viewer: Viewer) => Promise<void>,
): Promise<void> {
  const viewer = await openViewer(browser, settings);
  try {
    await act(viewer);
    assert.deepEqual(viewer.complaints, []);
  } finally {
    await viewer.context.close();
  }
}

/** The part of a section of the settings that has this heading. */
const foldOf = (page: Page, heading: string): Locator =>
  page.locator('.fold', { has: page.locator('summary', { hasText: heading }) }).last();

/** How far a colour is from another one (WCAG 2, 1 to 21), as the page computed both. */
const contrastOf = (page: Page, selector: string): Promise<number> =>
  page.locator(selector).evaluate((one) => {
    // As it is when nothing changes any more.
    for (const animation of one.getAnimations()) animation.finish();
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const light = (colour: string): number => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) => {
        const value = part / 255;
        return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const { color, backgroundColor, filter } = getComputedStyle(one);
    if (filter !== 'none') throw new Error('what a filter does to a colour is not known here');
    const [a, b] = [light(color), light(backgroundColor)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });

test('every kind of button can be read under the mouse, in both themes', async () => {
  for (const theme of ['light', 'dark'] as const) {
    await viewing({ theme }, async ({ page }) => {
      await open(page, box, '#now');
      await page.evaluate(() => {
        const kinds = ['plain', 'main', 'record', 'danger', 'hold danger', 'hold main'];
        const made = kinds.map((kind) => `<button class="button ${kind}" id="k-${kind.replace(' ', '-')}">Aa</button>`);
        // Beside what the page draws, and may draw anew.
        const place = document.createElement('div');
        place.style.cssText = 'position: fixed; inset: 0 0 auto; z-index: 9999';
        place.innerHTML = made.join(' ');
        document.body.append(place);
      });
      for (const kind of ['plain', 'main', 'record', 'danger', 'hold-danger', 'hold-main']) {
        await page.hover(`#k-${kind}`);
        const contrast = await contrastOf(page, `#k-${kind}`);
        assert.ok(contrast >= 4.5, `${kind}, ${theme}: ${contrast.toFixed(2)}`);
      }
    });
  }
});

test('the lectern fits common screens with 16 layouts: what is done is in sight, and only the layouts move', async () => {
  for (const size of [
    { width: 1024, height: 690 },
    { width: 1280, height: 690 },
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await viewing({ size }, async ({ page }) => {
      await openLectern(page, box);
      await until('all layouts are there', async () => (await page.locator('.layouts li').count()) === 16);
      const seen = async (selector: string): Promise<void> => {
        const room = await page.locator(selector).boundingBox();
        const isSeen = room && room.y >= 0 && room.y + room.height <= size.height && room.x + room.width <= size.width;
        assert.ok(isSeen, `${selector} at ${size.width}x${size.height}: ${JSON.stringify(room)}`);
      };
      const higher = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      await seen('#start');
      assert.ok((await higher()) <= 0, `the page is ${await higher()} px higher than ${size.height}`);
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      await page.locator('#stop').waitFor();
      await seen('#stop');
      await page.locator('.layouts li').last().scrollIntoViewIfNeeded();
      await seen('#stop');
      await box.send('POST', '/api/v1/recording/stop', {});
      await page.locator('#start').waitFor();
    });
  }
});

test('what the box says is French where the reader chose French: refusals, alarms, mistakes, changes', async () => {
  const alarm = { name: 'video_loss', about: 'A', level: 'critical' } as const;
  box.device.observe({
    fact: 'alarm',
    raise: { ...alarm, text: 'no signal on input 1 (Slides): Connection refused' },
  });
  await viewing({ language: 'fr' }, async ({ page }) => {
    await open(page, box, '#now');
    await page.getByText('entrée 1 (Slides) : rien n’écoute à cette adresse et ce port').waitFor();
    await page.evaluate(() => void (location.hash = '#settings/encoders'));
    const archive = foldOf(page, 'Principal');
    const rate = archive.getByLabel('Débit vidéo');
    await rate.fill('');
    await page.locator('[data-wrong=true]', { hasText: 'attendu : un nombre, reçu : rien' }).waitFor();
    await rate.fill('99');
    await page.locator('[data-wrong=true]', { hasText: 'au moins 200' }).waitFor();
    await rate.fill('1500');
    await page.getByRole('button', { name: 'Appliquer…' }).click();
    await page.getByRole('dialog').getByText('Encodeurs › Principal (archive) › Débit vidéo').waitFor();
    await page.getByRole('dialog').getByText('750 kb/s → 1500 kb/s').waitFor();
  });
});

test('a setting is found by its name, and the address leads to it', async () => {
  await viewing({ language: 'fr' }, async ({ page }) => {
    await open(page, box, '#settings/hall');
    await page.getByLabel('Chercher un réglage').fill('debit video');
    await page.getByRole('link', { name: 'Encodeurs › Principal (archive) › Débit vidéo' }).click();
    await page.locator('.leaf.sought').getByLabel('Débit vidéo').waitFor();
    await page.locator('.leaf.sought :focus').waitFor();
    await inspect(page, 'settings-search');
  });
});

test('going on saves what was typed; what is wrong stays, and says so; a wizard that was broken off comes back', async () => {
  await viewing({}, async ({ page }) => {
    await open(page, box, '#start/hall');
    const name = page.getByRole('textbox', { name: 'Name of the hall' });
    await name.fill('Amphi D');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.locator('[data-wrong=true]').waitFor();
    await name.fill('Amphi_D');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { level: 2, name: 'Network' }).waitFor();
    assert.equal(box.device.state().wanted.hall, 'Amphi_D');
    await until(
      'what was done is ticked, not what lies before',
      async () => (await page.locator('nav [data-done=true]').count()) === 1,
    );
    await page.evaluate(() => void (location.hash = '#start/inputs'));
    await page.locator('fieldset').first().getByLabel('Kind').selectOption('rtsp');
    await page.locator('fieldset').first().getByLabel('Address').fill('10.0.0.21/slides');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('An address such as rtsp://10.0.0.21/slides.').waitFor();
    await page.locator('fieldset').first().getByLabel('Address').fill('rtsp://10.0.0.21/slides');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { level: 2, name: 'Scheduler' }).waitFor();
    const { source } = box.device.state().wanted.inputs[1];
    assert.equal(source.driver === 'rtsp' ? source.url : '', 'rtsp://10.0.0.21/slides');
    await page.evaluate(() => void (location.hash = '#now'));
    await page.getByText('The first start is not finished').waitFor();
    await page.reload();
    await page.getByText('The first start is not finished').waitFor();
  });
});

test('the steps of the first start stand in one line on every screen, and a password that is put off is not done', async () => {
  await viewing({ language: 'fr' }, async ({ page }) => {
    await page.route('**/api/v1/accounts', (route) =>
      route.fulfill({ json: { accounts: [{ name: 'admin', hasPassword: true }], first: true } }),
    );
    await open(page, box, '#start/password');
    await page.getByText('mot de passe de premier démarrage').waitFor();
    const next = page.getByRole('button', { name: 'Continuer' });
    await next.click();
    for (const step of ['Réseau', 'Sources', 'Planning']) {
      await next.click();
      await page.getByRole('heading', { level: 2, name: step }).waitFor();
    }
    const done = await page.locator('.start nav a').evaluateAll((all) => all.map(({ dataset }) => dataset['done']));
    assert.deepEqual(done, ['false', 'true', 'true', 'true', 'false', 'false', 'false']);
    for (const [width, height] of [
      [390, 844],
      [1024, 690],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      const tops = await page
        .locator('.start nav a')
        .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
      assert.equal(new Set(tops).size, 1, `at ${width} pixels: ${tops.join()}`);
      // A name that is not in sight is still told to who listens.
      assert.equal(await page.getByRole('link', { name: /Langue et mot de passe/ }).count(), 1);
    }
  });
});

test('in dual mode a channel, or the layout, is looked at; first what the output shows', async () => {
  await viewing({}, async ({ page }) => {
    const streams: (string | null)[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith('/preview.mp4')) streams.push(searchParams.get('stream'));
    });
    const change = (body: object): Promise<unknown> => box.send('PATCH', '/api/v1/encoders', body);
    const looks = (stream: string | null): Promise<void> =>
      until(`it looks at ${stream}`, () => streams.at(-1) === stream, { seen: () => streams.join() });
    await change({ mode: 'composite', output: 'channel-b' });
    await open(page, box, '#now');
    await looks(null);
    const choices = page.getByRole('group', { name: 'Live picture' }).getByRole('button');
    assert.equal(await choices.count(), 0, 'there is one picture');
    await change({ mode: 'dual' });
    await looks('archive-b');
    assert.deepEqual(await choices.allTextContents(), ['Layout', 'Channel A', 'Channel B']);
    await inspect(page, 'now-dual');
    await choices.filter({ hasText: 'Channel A' }).click();
    await looks('archive');
    await choices.filter({ hasText: 'Layout' }).click();
    await looks('confidence');
    await change({ mode: 'composite', output: 'confidence' });
    await choices.first().waitFor({ state: 'detached' });
  });
});

test('changes that are not saved are asked for before they are lost', async () => {
  await viewing({}, async ({ page }) => {
    await open(page, box, '#settings/hall');
    await page.getByLabel('Hall name').fill('Elsewhere');
    await page.getByRole('link', { name: 'Encoders' }).click();
    await page.getByRole('heading', { level: 2, name: 'Encoders' }).waitFor();
    await page.getByRole('link', { name: 'Now' }).click();
    await page.getByRole('dialog').getByText('Changes that are not saved').waitFor();
    await page.getByRole('button', { name: 'Stay here' }).click();
    await until('the address is the one before', () => new URL(page.url()).hash === '#settings/encoders');
    await page.getByRole('link', { name: 'Now' }).click();
    await page.getByRole('button', { name: 'Leave without saving' }).click();
    await page.locator('.now').waitFor();
  });
});

test('a time zone is chosen and time servers are named on the page, kept for the next start, and told to wait for it', async () => {
  await viewing({}, async ({ page }) => {
    await open(page, box, '#settings/time');
    await page.getByLabel('Time zone').selectOption('Indian/Reunion');
    await page.getByLabel('Time servers').fill('ntp.example.org;10.0.0.1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.toast', { hasText: 'must be at most eight names or addresses' }).locator('.close').click();
    await page.getByLabel('Time servers').fill('ntp.example.org 10.0.0.1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Some settings wait for a restart.').waitFor();
    const kept = await box.send('GET', '/api/v1/machine/settings');
    const { timeZone, timeServers } = (kept.json as { document: Record<string, string> }).document;
    assert.deepEqual([timeZone, timeServers], ['Indian/Reunion', 'ntp.example.org 10.0.0.1']);
    await inspect(page, 'settings-time');
    await page.evaluate(() => void (location.hash = '#settings/scheduling'));
    await page.getByLabel('Lead-in').fill('120');
    await page.getByRole('button', { name: '+ Add' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    // A calendar without a name and address is none.
    await page.locator('.toast[data-kind=trouble]').waitFor();
  });
});

test('while it records, settings that it would refuse are said to wait, and nothing is offered', async () => {
  await box.send('POST', '/api/v1/recording/start', {});
  await viewing({}, async ({ page }) => {
    await open(page, box, '#settings/encoders');
    await foldOf(page, 'Archive').getByLabel('Video bit rate').fill('1800');
    await page.getByText('A recording runs; these wait for its end').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Apply…' }).isDisabled(), true);
  });
  await box.send('POST', '/api/v1/recording/stop', {});
});

test('layouts are renamed, and deleted where they are nobody else’s', async () => {
  await viewing({}, async ({ page }) => {
    await open(page, box, '#layouts/15');
    await page.getByRole('button', { name: 'Rename…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Debate');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await until('it has its name', async () => box.device.state().wanted.layouts[15]?.name === 'Debate');
    // The editor opens anew with what was saved.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await until('it is shown by its name', async () =>
      (await page.locator('.page-head select').innerText()).includes('15. Debate'),
    );
    const remove = page.getByRole('button', { name: /^Delete Press/ });
    await pressTwice(remove, async () => box.device.state().wanted.layouts[15] === undefined);
  });
});

test('a password has eight letters, and the present one is asked for', async () => {
  await viewing({}, async ({ page }) => {
    await open(page, box, '#settings/accounts');
    const admin = page.locator('section.card', { has: page.getByRole('heading', { name: 'admin', exact: true }) });
    await admin.getByLabel('New password').fill('a');
    await admin.getByText('Eight characters at least.').waitFor();
    await admin.getByLabel('New password').fill('another-one-of-mine');
    await admin.getByLabel('Once more').fill('another-one-of-mine');
    assert.equal(await admin.getByRole('button', { name: 'Set the password' }).isDisabled(), true);
    await admin.getByLabel('Your present password').fill('not this');
    await admin.getByRole('button', { name: 'Set the password' }).click();
    await admin.getByText('This is not your present password.').waitFor();
    await admin.getByLabel('Your present password').fill(PASSWORDS.admin);
    await admin.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Password set').waitFor();
  });
});

// Covers central/pages/editor, central/pages/editor-serving.ts, central/http/api/edit-api.ts, lib/pages/base.css, lib/pages/tokens.css.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { parseCutList } from '#lib/opencast/smil/read-cut-list.ts';
import { addPreviews, openEditorRig, recordLecture } from '#test/central/editor-rig.ts';
import { filesOf, type IngestRig } from '#test/central/ingest-rig.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, type Viewer, type ViewerSettings } from './browser.ts';
import { inspect } from './inspect.ts';

let browser: Browser;
let on: IngestRig;
let begun: { event: string; version: number; definition: string }[];
let workflow = 0;
before(async () => {
  const [opened, rig] = await Promise.all([openBrowser(), openEditorRig()]);
  browser = opened;
  on = rig.on;
  ({ begun } = rig.workflows);
  workflow = await recordLecture(on, 'lecture');
});
/** Closes the windows of a test: a window that stays open has the lecture. */
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
after(async () => {
  await browser.close();
  await on.close();
});

async function signIn(page: Page, account = 'scheduler'): Promise<void> {
  await page.getByLabel('User').fill(account);
  await page.getByLabel('Password').fill(account);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The editor of the lecture, open, with its film at the first picture. */
async function openEditor(settings: ViewerSettings = {}, account = 'scheduler'): Promise<Viewer> {
  const viewer = await openViewer(browser, settings);
  await viewer.page.goto(`${on.url}/editor?event=lecture`);
  await signIn(viewer.page, account);
  await viewer.page.getByRole('region', { name: 'Timeline' }).waitFor();
  return viewer;
}

/** Number of the picture that a film shows: its bars are bits. */
const shownBy = (page: Page, film: number): Promise<number> =>
  page
    .locator('.film video')
    .nth(film)
    .evaluate((one) => {
      const video = one as HTMLVideoElement;
      if (video.readyState < 2 || video.seeking) return -1;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      const pen = canvas.getContext('2d')!;
      pen.drawImage(video, 0, 0);
      const bits = Array.from({ length: 8 }, (_none, n) => {
        const [red = 0] = pen.getImageData(n * 40 + 20, 90, 1, 1).data;
        return red > 128 ? 2 ** n : 0;
      });
      return bits.reduce((sum, bit) => sum + bit, 0);
    });

const playheadOf = (page: Page): Promise<number> =>
  page.getByRole('slider', { name: 'Playhead' }).getAttribute('aria-valuenow').then(Number);

async function showsEverywhere(page: Page, frame: number): Promise<void> {
  await until(`both films show picture ${frame}`, async () => {
    const shown = await Promise.all([shownBy(page, 0), shownBy(page, 1)]);
    return shown.every((one) => one === frame);
  });
}

async function goTo(page: Page, time: string): Promise<void> {
  await page.getByLabel('Position').fill(time);
  await page.getByLabel('Position').press('Enter');
  await page.getByRole('region', { name: 'Timeline' }).focus();
}

/** Files of a flavor in the newest version. */
const newestOf = async (flavor: string) => {
  const all = await filesOf(on.rig, 'lecture');
  const version = Math.max(...all.map((one) => one.version));
  return all.filter((one) => one.version === version && one.flavor === flavor);
};
const newest = async (flavor: string) => (await newestOf(flavor))[0];
/** Texts of all files of a flavor. */
const textOf = async (flavor: string): Promise<string> => {
  const files = await newestOf(flavor);
  return (await Promise.all(files.map(({ path }) => readFile(on.rig.services.store.at(path), 'utf8')))).join('\n');
};

test('the page asks who is there, and says when somebody may not edit', async () => {
  const { page, complaints } = await openViewer(browser);
  await page.goto(`${on.url}/editor?event=lecture`);
  await page.getByLabel('User').fill('viewer');
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Wrong user or password.' }).waitFor();
  await inspect(page, 'editor-door');
  await signIn(page, 'viewer');
  await page.getByRole('alert').filter({ hasText: 'Your account may not edit this lecture' }).waitFor();
  await page.goto(`${on.url}/editor`);
  await page.getByText('No lecture is named.').waitFor();
  assert.deepEqual(complaints, []);
});

test('what is missing is told, and cutting works without it: exact to the picture, by keys alone', async () => {
  const { page, complaints } = await openEditor();
  await page.getByText('No waveform yet').waitFor();
  await page.getByText('Silences have not been looked for yet.').waitFor();
  await goTo(page, '0:00:02:05');
  assert.equal(await playheadOf(page), 55);
  await showsEverywhere(page, 55);
  await page.keyboard.press('ArrowRight');
  await showsEverywhere(page, 56);
  await page.keyboard.press('Shift+ArrowLeft');
  await showsEverywhere(page, 31);
  await page.keyboard.press('i');
  await goTo(page, '0:00:04:00');
  await page.keyboard.press('o');
  await page.getByText('Marked: 0:00:01:06 to 0:00:04:01').waitFor();
  await page.keyboard.press('x');
  await page.getByRole('list').getByText('0:00:01:06 – 0:00:04:01').waitFor();
  await page.getByText('0:00:07 kept of 0:00:10').waitFor();
  await inspect(page, 'editor-cut');
  await page.keyboard.press('Control+z');
  await page.getByText('0:00:10 kept of 0:00:10').waitFor();
  await page.keyboard.press('Control+Shift+z');
  await page.getByText('0:00:07 kept of 0:00:10').waitFor();
  await page.getByText('Draft kept on the server').waitFor();
  await page.keyboard.press('Control+s');
  await page.getByText('All is saved').waitFor();
  const list = parseCutList(await textOf('smil/cutting'));
  assert.deepEqual(list.segments, [
    { fromMs: 0, toMs: 1240 },
    { fromMs: 4040, toMs: 10_000 },
  ]);
  assert.deepEqual(complaints, []);
});

test('the preview skips what is cut, in both films', async () => {
  const { page } = await openEditor();
  await goTo(page, '0:00:01:00');
  const seen = new Set<number>();
  await page.exposeFunction('seen', (frame: number) => void seen.add(frame));
  await page.evaluate(() => {
    const playhead = document.querySelector('.playhead')!;
    new MutationObserver(() => {
      const at = Number(playhead.getAttribute('aria-valuenow'));
      (window as unknown as { seen: (frame: number) => void }).seen(at);
    }).observe(playhead, { attributes: true });
  });
  await page.keyboard.press('l');
  await until('it plays behind the cut', async () => (await playheadOf(page)) > 110);
  await page.keyboard.press('k');
  const inside = [...seen].filter((frame) => frame >= 31 && frame < 101);
  assert.deepEqual(inside, [], 'no picture of the cut was stopped at');
  assert.ok([...seen].some((frame) => frame > 25 && frame < 31) && [...seen].some((frame) => frame >= 101));
  await until('both films stand at the same picture', async () => {
    const [one, other] = await Promise.all([shownBy(page, 0), shownBy(page, 1)]);
    return one >= 0 && one === other;
  });
});

test('silences, slides and sound are on the timeline once a workflow has found them', async () => {
  await addPreviews(on, 'lecture', workflow);
  const { page, complaints } = await openEditor();
  await page.getByText('1 silence').waitFor();
  await page.getByRole('button', { name: 'Cut all silences away' }).click();
  await page.getByText('No silence to cut away.').waitFor();
  await page.getByRole('button', { name: 'Chapters', exact: true }).click();
  await page.getByRole('button', { name: 'A chapter from the slide' }).click();
  assert.equal(await page.getByLabel('Title of the chapter at 0:00:00').inputValue(), 'Le rein');
  await until('small pictures are there', async () => (await page.locator('.thumbnails .tile').count()) > 3);
  assert.equal(await page.locator('.thumbnails img').count(), 0, 'the film is not asked for pictures that are there');
  await page.locator('.sound').hover({ position: { x: 620, y: 40 } });
  const hovered = page.locator('.hover');
  await hovered.getByText(/^0:00:0[45]/).waitFor();
  assert.match((await hovered.locator('.tile').getAttribute('data-n')) ?? '', /^[45]$/);
  await page.getByRole('button', { name: 'Cover' }).first().hover();
  await hovered.waitFor({ state: 'detached' });
  const ink = await page.locator('canvas.wave').evaluate((one) => {
    const { width, height } = one as HTMLCanvasElement;
    const { data } = (one as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    const inked = (from: number, to: number): number => {
      let count = 0;
      for (let x = Math.floor(from * width); x < to * width; x++)
        for (let y = 0; y < height; y++) if ((data[(y * width + x) * 4 + 3] ?? 0) > 100) count += 1;
      return count / (width * height * (to - from));
    };
    return { sound: inked(0.05, 0.25), silence: inked(0.35, 0.75) };
  });
  assert.ok(ink.sound > 10 * ink.silence, `sound ${ink.sound}, silence ${ink.silence}`);
  await inspect(page, 'editor-chapters');
  assert.deepEqual(complaints, []);
});

test('two people are told of each other; who saved first is not overwritten unasked', async () => {
  // A browser that was ended by another test gave nothing back.
  await on.rig.services.database.deleteFrom('edit_locks').execute();
  const first = await openEditor();
  const second = await openEditor({}, 'admin');
  await second.page
    .getByRole('alert')
    .filter({ hasText: /^scheduler has been working on this lecture since \d\d:\d\d/ })
    .waitFor();
  await inspect(second.page, 'editor-second');
  await first.page.getByRole('alert').filter({ hasText: 'admin has this lecture open too.' }).waitFor();
  await inspect(first.page, 'editor-joined');
  await first.page.getByRole('button', { name: 'Keep everything' }).click();
  await first.page.getByRole('button', { name: 'Save', exact: true }).click();
  await first.page.getByText('All is saved').waitFor();
  assert.equal(await newest('smil/cutting'), undefined);
  await goTo(second.page, '0:00:09:00');
  await second.page.keyboard.press('s');
  await second.page.getByRole('button', { name: 'Cut away', exact: true }).click();
  await second.page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = second.page.getByRole('dialog', { name: 'Somebody saved meanwhile' });
  await dialog.getByText(/^scheduler changed this recording at/).waitFor();
  await inspect(second.page, 'editor-conflict');
  assert.equal(await newest('smil/cutting'), undefined, 'nothing is saved before the answer');
  await dialog.getByRole('button', { name: 'Save mine' }).click();
  await second.page.getByText('All is saved').waitFor();
  assert.deepEqual(parseCutList(await textOf('smil/cutting')).segments, [
    { fromMs: 0, toMs: 1240 },
    { fromMs: 4040, toMs: 9000 },
  ]);
  await second.page.getByRole('button', { name: 'Take over here' }).click();
  await until('the notice goes', async () => (await second.page.getByRole('alert').count()) === 0);
});

test('a session that ends loses nothing: who signs in again goes on', async () => {
  const { page } = await openEditor();
  await page.getByRole('button', { name: 'Chapters', exact: true }).click();
  await goTo(page, '0:00:05:00');
  await page.getByRole('button', { name: 'Chapter here' }).click();
  await page.getByText('Draft kept on the server').waitFor();
  await on.rig.services.database.deleteFrom('sessions').execute();
  on.rig.services.accounts.forget();
  await page.getByLabel('Title of the chapter at 0:00:05').fill('Les reins');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await inspect(page, 'editor-session');
  await dialog.getByLabel('Password').fill('scheduler');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Draft kept on the server').waitFor();
  const draft = async (): Promise<string> =>
    JSON.stringify(await on.rig.services.database.selectFrom('edit_drafts').select('content').execute());
  assert.match(await draft(), /Les reins/);
  // The network goes, a person types on, and closes the window: the browser keeps it.
  await page.context().setOffline(true);
  await page.getByLabel('Title of the chapter at 0:00:05').fill('Les reins, fin');
  await page.getByText('the draft is kept in this browser').waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await page.getByText('Changes that had not reached the server were found in this browser.').waitFor();
  await page.getByRole('button', { name: 'Chapters', exact: true }).click();
  assert.equal(await page.getByLabel('Title of the chapter at 0:00:05').inputValue(), 'Les reins, fin');
  await until('the server has it too', async () => (await draft()).includes('Les reins, fin'));
  await page.getByRole('button', { name: 'Throw the draft away' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Throw the draft away' }).click();
  await until('the draft is gone', async () => !(await draft()).includes('Les reins'));
});

test('captions are typed, read from a file and shifted; the cover is the picture that is shown; all is published', async () => {
  const { page, complaints } = await openEditor();
  await goTo(page, '0:00:01:00');
  await page.keyboard.press('t');
  await page.getByLabel('Text at 0:00:01.000').fill('<b>Bonjour</b>');
  await page.locator('.preview .caption').getByText('<b>Bonjour</b>').waitFor();
  await page.getByLabel('Shift by (seconds)').fill('0.5');
  await page.getByRole('button', { name: 'Shift all' }).click();
  await page.getByLabel('Text at 0:00:01.500').waitFor();
  const file = (buffer: Buffer) => ({ name: 'a.srt', mimeType: 'text/plain', buffer });
  const choose = (buffer: Buffer) => page.locator('input[type=file]').setInputFiles(file(buffer));
  await choose(Buffer.from('1\n00:59:00,000 --> 00:59:01,000\nx\n'));
  await page.getByRole('alert').filter({ hasText: 'they are of another one' }).waitFor();
  await choose(Buffer.alloc(9 << 20, 'x'));
  await page.getByRole('alert').filter({ hasText: 'a file of captions has 8 MB at most' }).waitFor();
  await choose(Buffer.from('1\n00:00:02,000 --> 00:00:03,000\nSalut\n'));
  await page.getByText('1 captions read.').waitFor();
  await inspect(page, 'editor-captions');
  await goTo(page, '0:00:04:19');
  await page.keyboard.press('p');
  await page.getByText('Chosen picture: 0:00:04:19').waitFor();
  await inspect(page, 'editor-cover');
  await page.getByRole('button', { name: 'Details', exact: true }).click();
  await page.getByLabel('Title', { exact: true }).fill('');
  assert.ok(
    await page.getByRole('button', { name: 'Save and publish' }).isDisabled(),
    'without a title it is not saved',
  );
  await page.getByLabel('Title', { exact: true }).fill('Le rein');
  await page.getByLabel('Speakers').fill('M. Durand; Mme Petit');
  await inspect(page, 'editor-details');
  await page.getByRole('button', { name: 'Save and publish' }).click();
  await page.getByText('Saved. Publishing has begun.').waitFor();
  assert.equal(begun.at(-1)?.definition, 'publish');
  const vtt = await textOf('captions/source');
  assert.match(vtt, /00:00:01\.500 --> .*\n&lt;b&gt;Bonjour&lt;\/b&gt;/);
  const cover = await newest('presenter/player+preview');
  assert.ok(cover, 'the cover is a file');
  const picture = on.rig.services.store.at(cover.path);
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const bits = Array.from({ length: 8 }, (_none, n) =>
    (data[(90 * info.width + n * 40 + 20) * info.channels] ?? 0) > 128 ? 2 ** n : 0,
  );
  assert.deepEqual([info.width, bits.reduce((sum, bit) => sum + bit, 0)], [320, 119], 'the picture of the playhead');
  const event = await on.rig.services.database
    .selectFrom('events')
    .selectAll()
    .where('id', '=', 'lecture')
    .executeTakeFirstOrThrow();
  assert.equal(event.title, 'Le rein');
  assert.deepEqual(complaints, []);
});

test('the timeline zooms, marks by a drag, and is moved by touch; help tells the keys', async () => {
  const { page } = await openEditor();
  const area = page.locator('.timeline .area');
  await area.scrollIntoViewIfNeeded();
  const box = (await area.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.7);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.7, { steps: 5 });
  await page.mouse.up();
  await page.getByText('Marked: 0:00:02:00 to 0:00:05:00').waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.7);
  assert.ok(Math.abs((await playheadOf(page)) - 125) <= 1);
  for (let n = 0; n < 5; n++) await page.getByRole('button', { name: 'Zoom in' }).click();
  await until('the ruler counts pictures', async () =>
    /:\d\d:\d\d:\d\d/.test(await page.locator('.ruler').innerText()),
  );
  const before = await page.locator('.ruler').innerText();
  await area.evaluate((one) => {
    const box = one.getBoundingClientRect();
    const touch = (type: string, x: number): void =>
      void one.dispatchEvent(
        new PointerEvent(type, {
          bubbles: true,
          pointerId: 1,
          pointerType: 'touch',
          button: 0,
          clientX: box.x + x,
          clientY: box.y + 120,
        }),
      );
    // A pointer that the test makes cannot be captured.
    one.setPointerCapture = () => undefined;
    touch('pointerdown', 400);
    touch('pointermove', 300);
    touch('pointerup', 300);
  });
  await until('the timeline has moved', async () => (await page.locator('.ruler').innerText()) !== before);
  await page.getByRole('button', { name: 'See all' }).click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Help and shortcuts' }).waitFor();
  await inspect(page, 'editor-help');
  await page.getByLabel('Shortcuts of a single key').uncheck();
  await page.keyboard.press('Escape');
  const at = await playheadOf(page);
  const borders = await page.getByRole('slider', { name: /^Cut/ }).count();
  await page.keyboard.press('s');
  assert.equal(await page.getByRole('slider', { name: /^Cut/ }).count(), borders, 'single keys are off');
  await page.keyboard.press('ArrowRight');
  assert.equal(await playheadOf(page), at + 1);
});

test('the page of a lecture plays it, and leads who may edit it to the editor', async () => {
  const { page, complaints } = await openEditor();
  await page.goto(`${on.url}/play/lecture`);
  await until('the film is there', () =>
    page.locator('video').evaluate((one) => (one as HTMLVideoElement).readyState >= 1),
  );
  assert.equal(await page.locator('video').evaluate((one) => Math.round((one as HTMLVideoElement).duration)), 10);
  await inspect(page, 'play');
  await page.getByRole('link', { name: 'Slides' }).click();
  await page.getByRole('link', { name: 'Slides' }).and(page.locator('[aria-current]')).waitFor();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByRole('region', { name: 'Timeline' }).waitFor();
  assert.deepEqual(complaints, []);
});

// Covers central/pages/pages.ts, central/pages/assets.ts, lib/pages/frame.css, lib/pages/base.css, lib/pages/tokens.css.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { MODULES } from '#central/modules.ts';
import { openRig, type Rig } from '#test/central/rig.ts';
import { openBrowser, openViewer, type ViewerSettings } from './browser.ts';
import { inspect } from './inspect.ts';

let browser: Browser;
let rig: Rig;
let url = '';
before(async () => {
  [browser, rig] = await Promise.all([openBrowser(), openRig(MODULES)]);
  await rig.addAgents('Amphi_A', 'Amphi_B');
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await browser.close();
  await rig.close();
});

const DAY_MS = 86_400_000;

async function signedIn(settings: ViewerSettings = {}, account = 'scheduler'): Promise<Page> {
  const { page } = await openViewer(browser, settings);
  await page.goto(url);
  await page.getByLabel(/User|Compte/).fill(account);
  await page.getByLabel(/Password|Mot de passe/).fill(account);
  await page.getByRole('button', { name: /Sign in|Entrer/ }).click();
  await page.getByRole('navigation').waitFor();
  // The page is there before its scripts are.
  await page.waitForLoadState('load');
  return page;
}

async function importLectures(lines: readonly string[]): Promise<void> {
  const reply = await rig.app.inject({
    method: 'POST',
    url: '/api/v1/import?file=cours.csv',
    headers: { ...rig.as('scheduler'), 'content-type': 'text/csv' },
    payload: ['UE;Titre;Salle;Date;Horaire', ...lines].join('\n'),
  });
  assert.equal(reply.statusCode, 200, reply.body);
}

test('the door is in the language of the browser, and says what is wrong in it', async () => {
  const { page, complaints } = await openViewer(browser, { language: 'fr' });
  await page.goto(url);
  assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
  await page.getByLabel('Compte').fill('scheduler');
  await page.getByLabel('Mot de passe').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Compte ou mot de passe incorrect.' }).waitFor();
  await inspect(page, 'server-door');
  assert.deepEqual(complaints, []);
});

test('halls say what they do in the language that was chosen, alarms of boxes and of the server too', async () => {
  const nowMs = Date.now();
  await rig.services.database
    .insertInto('events')
    .values({
      id: 'now',
      title: '<b>Anatomie</b>',
      agent: 'Amphi_A',
      starts_at: new Date(nowMs - 600_000),
      ends_at: new Date(nowMs + 3_600_000),
    })
    .execute();
  await rig.services.roster.tellState('Amphi_A', 'idle', { address: '127.0.0.1' });
  await rig.services.roster.tellState('Amphi_B', 'capturing', { address: '127.0.0.1' });
  await rig.services.roster.tellDetails(
    'Amphi_B',
    {
      previewUrl: 'http://127.0.0.1:1/',
      alarms: [{ name: 'disk_space', level: 'warning', text: 'less than 500 MB free' }],
      handOvers: [{ recording: 'Cours 3', error: 'less than 500 MB free' }],
    },
    '127.0.0.1',
  );
  const page = await signedIn();
  await page.getByText('"<b>Anatomie</b>" should be recorded now, and is not').waitFor();
  await page.getByRole('button', { name: 'Français' }).click();
  await page.getByText('« <b>Anatomie</b> » devrait s’enregistrer maintenant').waitFor();
  await page.getByRole('listitem').filter({ hasText: 'moins de 500 Mo libres' }).first().waitFor();
  assert.equal(await page.getByText('Cours 3 : moins de 500 Mo libres').count(), 1);
  assert.match(await page.locator('.hall-card').nth(1).innerText(), /enregistre/);
  await inspect(page, 'server-halls');
});

test('the theme goes round, and is kept for the next page', async () => {
  const page = await signedIn();
  const theme = () => page.locator('html').getAttribute('data-theme');
  for (const next of ['light', 'dark']) {
    await page.locator('button.theme').click();
    await page.locator(`html[data-theme=${next}]`).waitFor();
  }
  await page.getByRole('link', { name: 'Imports' }).click();
  await page.getByRole('heading', { name: 'Imports' }).waitFor();
  await page.waitForLoadState('load');
  assert.equal(await theme(), 'dark');
});

test('an import is undone with the keyboard alone, after the page has said what goes', async () => {
  const day = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
  await importLectures([`UE5;Rein;Amphi_A;${day};8h30-10h30`, `UE5;Foie;Amphi_B;${day};8h30-10h30`]);
  const page = await signedIn();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'To the content');
  await page.getByRole('link', { name: 'Imports' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('cell', { name: '2 created, 0 changed, 0 cancelled, 0 unchanged' }).waitFor();
  await inspect(page, 'server-imports');
  await page.getByRole('link', { name: /^Undo the import of/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Removed (2)' }).waitFor();
  await inspect(page, 'server-undo');
  await page.getByRole('button', { name: 'Undo this import' }).focus();
  await page.keyboard.press('Enter');
  await page
    .getByRole('status')
    .filter({ hasText: /^Import \d+ is undone\.$/ })
    .waitFor();
  await page.getByText(/^undone by scheduler/).waitFor();
  assert.deepEqual(
    await rig.services.database.selectFrom('events').select('id').where('title', '=', 'Rein').execute(),
    [],
  );
});

test('what is refused is told on a page, in the language that was chosen', async () => {
  const page = await signedIn({ language: 'fr' }, 'viewer');
  assert.equal(await page.getByRole('link', { name: 'Imports' }).count(), 0);
  await page.goto(`${url}/imports`);
  await page.getByRole('alert').filter({ hasText: 'Votre compte ne donne pas accès à cette page.' }).waitFor();
  await inspect(page, 'server-refused');
  const other = await signedIn({ language: 'fr' });
  await other.goto(`${url}/imports/999`);
  await other.getByRole('alert').filter({ hasText: 'Cet import n’existe pas' }).waitFor();
  await other.getByRole('button', { name: 'Sortir' }).click();
  await other.getByRole('heading', { name: 'Bienvenue' }).waitFor();
});

test('the page looks again by itself, and says when nobody answers', async () => {
  const page = await signedIn();
  await page.clock.install();
  await page.reload();
  await page.getByRole('heading', { name: 'Amphi_A' }).waitFor();
  await rig.addAgents('Amphi_C');
  await page.clock.runFor(11_000);
  await page.getByRole('heading', { name: 'Amphi_C' }).waitFor();
  await page.context().setOffline(true);
  await page.clock.runFor(11_000);
  await page.getByText('The server does not answer').waitFor();
});

test('a file is imported on the page, in French, after it has said what would be otherwise', async () => {
  const page = await signedIn({ language: 'fr' });
  await page.goto(`${url}/imports`);
  await page.getByRole('link', { name: 'Importer un emploi du temps' }).click();
  await inspect(page, 'server-import-choose');
  // It leaves the page in English.
  await page.getByRole('button', { name: 'Français' }).click();
  const choose = (name: string, lines: readonly string[]): Promise<void> =>
    page.getByLabel('Fichier', { exact: true }).setInputFiles({
      name,
      mimeType: 'text/csv',
      // As an office program in France saves it.
      buffer: Buffer.from(['UE;Titre;Salle;Date;Horaire', ...lines].join('\r\n'), 'latin1'),
    });
  await choose('été.csv', ['UE6;Rhéologie;Gymnase;16/09/2096;8h30-10h30', 'UE6;Tensions;Amphi_B;16/09/2096;25h-26h']);
  await page.getByRole('button', { name: 'Voir ce que cela ferait' }).click();
  await page.getByRole('alert').waitFor();
  const wrong = await page.getByRole('main').innerText();
  assert.match(wrong, /été\.csv/);
  assert.match(wrong, /ligne\s2\s:\saucune salle ne s’appelle «\sGymnase\s»/);
  assert.match(wrong, /«\s25h-26h\s» n’est pas une heure/);
  assert.equal(
    await page.getByRole('button', { name: 'Importer' }).count(),
    0,
    'with a mistake nothing can be imported',
  );

  await page.getByRole('link', { name: 'Un autre fichier' }).click();
  await choose('été.csv', ['UE6;Rhéologie;Gymnase;16/09/2096;8h30-10h30']);
  await page.getByLabel('Créer les salles encore inconnues').check();
  await page.getByRole('button', { name: 'Voir ce que cela ferait' }).click();
  await page.getByRole('heading', { name: 'Nouveaux cours (1)' }).waitFor();
  const desk = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  const parts = await page
    .locator('.stack .rows li > span')
    .evaluateAll((all) => all.map((one) => one.clientWidth || one.getBoundingClientRect().width));
  const lines = await page.locator('.stack .rows li').evaluateAll((all) => all.map((one) => one.clientWidth));
  assert.ok(
    parts.every((width) => width >= Math.max(...lines) - 1),
    `a title is squeezed on a phone: ${parts.join()}`,
  );
  await page.setViewportSize(desk);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'New lectures (1)' }).waitFor();
  await page.getByRole('button', { name: 'Français' }).click();
  await page.getByRole('heading', { name: 'Nouveaux cours (1)' }).waitFor();
  const told = await page.getByRole('main').innerText();
  assert.match(told, /les heures sont celles de Europe\/Paris, le fuseau de Amphi_A/);
  assert.match(told, /Nouvelles salles \(1\)/);
  const planned = () =>
    rig.services.database.selectFrom('events').select(['title', 'agent']).where('title', '=', 'Rhéologie').execute();
  assert.deepEqual(await planned(), [], 'a try writes nothing');
  await page.getByRole('button', { name: 'Importer' }).click();
  await page.getByRole('heading', { name: 'Imports' }).waitFor();
  assert.deepEqual(await planned(), [{ title: 'Rhéologie', agent: 'Gymnase' }]);
  await page.getByRole('cell', { name: 'été.csv' }).waitFor();
});

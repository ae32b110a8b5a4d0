import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { MODULES } from '#central/modules.ts';
import { openRig } from '#test/central/rig.ts';
import { openBrowser, openViewer } from './browser.ts';
const OUT = '/tmp/shots/central'; await mkdir(OUT, { recursive: true });
const [browser, rig] = await Promise.all([openBrowser(), openRig(MODULES)]);
try {
await rig.addAgents('Amphi_A', 'Amphi_B');
const url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
const day = (n: number) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
const good = ['UE;Titre;Salle;Date;Horaire', ...Array.from({ length: 9 }, (_, n) => `UE${n};Physiologie cardiovasculaire et respiratoire, cours numéro ${n};Amphi_${n % 2 ? 'A' : 'B'};${day(n + 2)};08:00-10:00`)].join('\n');
const bad = ['UE;Titre;Salle;Date;Horaire', `UE1;Anatomie;Nulle_part;${day(3)};08:00-10:00`, `UE1;Anatomie;Amphi_A;32/13/2026;08:00-10:00`, `UE2;Biochimie;Amphi_A;${day(3)};25:00-10:00`].join('\n');
const SIZES = { phone: { width: 390, height: 844 }, tablet: { width: 1024, height: 690 }, desk: { width: 1440, height: 900 } };
const all: Record<string, Record<string, Buffer[]>> = {};
for (const language of ['fr', 'en'] as const) for (const theme of ['light', 'dark'] as const) {
  const { page, context } = await openViewer(browser, { language, theme });
  await page.goto(url);
  await page.getByLabel(/User|Compte/).fill('scheduler');
  await page.getByLabel(/Password|Mot de passe/).fill('scheduler');
  await page.getByRole('button', { name: /Sign in|Entrer/ }).click();
  await page.getByRole('navigation').waitFor();
  const shoot = async (name: string) => {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport); await page.waitForTimeout(100);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 1) console.log(name, size, language, 'too wide by', wide);
      ((all[name] ??= {})[size] ??= []).push(await page.screenshot({ fullPage: true }));
    }
  };
  const choose = async (name: string, text: string) => {
    await page.goto(`${url}/imports/new`);
    await page.locator('#file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.locator('button.main').first().click();
    await page.waitForLoadState();
  };
  await page.goto(`${url}/imports/new`); await shoot('1-new');
  await choose('wrong.csv', bad); await shoot('2-bad');
  await choose('photo.csv', '\u0000\u0001 no timetable'); await shoot('3-none');
  await choose('un-nom-de-fichier-tres-long-du-semestre-2026-2027.csv', good); await shoot('4-try');
  if (language === 'fr' && theme === 'light') { await page.locator('button.main').first().click(); await page.waitForLoadState(); await shoot('5-done'); }
  await page.goto(`${url}/imports`); await shoot('6-imports');
  const undo = page.locator('a[href*="undo"], a[href*="/imports/"]').last();
  console.log(await page.locator('main a').evaluateAll((l) => l.map((a) => a.getAttribute('href'))));
  await context.close();
}
for (const [name, sizes] of Object.entries(all)) for (const [size, shots] of Object.entries(sizes)) {
  const images = await Promise.all(shots.map(async (s) => ({ s, m: await sharp(s).metadata() })));
  const w = images[0]!.m.width!, h = Math.max(...images.map((i) => i.m.height!)); const cols = size === 'phone' ? 4 : 2;
  const b = await sharp({ create: { width: cols * (w + 10), height: Math.ceil(shots.length / cols) * (h + 10), channels: 3, background: '#f0f' } }).composite(images.map((i, n) => ({ input: i.s, left: (n % cols) * (w + 10), top: Math.floor(n / cols) * (h + 10) }))).png().toBuffer();
  await sharp(b).resize({ width: Math.min(cols * (w + 10), 1700) }).png().toFile(join(OUT, `${name}-${size}.png`));
}
} finally { await browser.close(); await rig.close(); }

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pages } from '#central/pages/pages.ts';
import { openRig, type Rig } from '#test/central/rig.ts';

// Choices of language and theme on the page that says what an import would do: the file stays.

let rig: Rig;
before(async () => {
  rig = await openRig([pages]);
  await rig.addAgents('Amphi_D');
});
after(() => rig.close());

const TABLE = 'Titre;Salle;Date;Horaire\nRhéologie;Amphi_D;16/09/2096;8h30-10h30\n';

const tryFile = (text: string) => {
  const boundary = 'limit';
  const payload = [
    `--${boundary}`,
    'content-disposition: form-data; name="file"; filename="été.csv"',
    '',
    text,
    `--${boundary}`,
    'content-disposition: form-data; name="createHalls"',
    '',
    'true',
    `--${boundary}--`,
    '',
  ].join('\r\n');
  return ask(payload, `multipart/form-data; boundary=${boundary}`);
};

const ask = (payload: string, type = 'application/x-www-form-urlencoded') =>
  rig.app.inject({
    method: 'POST',
    url: '/imports/new',
    headers: { ...rig.as('scheduler'), 'content-type': type, 'accept-language': 'en' },
    payload,
  });

/** The fields of the form that a button of the page sends. */
function formIn(page: string): URLSearchParams {
  const id = /<button[^>]* form="(\w+)"[^>]* name="language"/.exec(page)?.[1];
  assert.ok(id, 'the button of the language belongs to a form of the page');
  const form = new RegExp(`<form id="${id}"[^>]*>([\\s\\S]*?)</form>`).exec(page)?.[1] ?? '';
  const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, value]));
}

const planned = () => rig.services.database.selectFrom('events').select('title').execute();

test('another language shows the same trial in it, and nothing is imported', async () => {
  const english = await tryFile(TABLE);
  assert.match(english.body, /New lectures/);
  const form = formIn(english.body);
  assert.equal(form.get('createHalls'), 'true');
  form.set('language', 'fr');
  const french = await ask(form.toString());
  assert.equal(french.statusCode, 200);
  assert.match(french.body, /Nouveaux cours/);
  assert.match(french.body, /été\.csv/);
  assert.match(String(french.headers['set-cookie']), /amphi-language=fr/);
  assert.deepEqual(await planned(), []);
});

test('another theme too; then the button imports the file', async () => {
  const form = formIn((await tryFile(TABLE)).body);
  form.set('theme', 'dark');
  const dark = await ask(form.toString());
  assert.match(dark.body, /data-theme="dark"/);
  const confirmed = formIn(dark.body);
  confirmed.set('confirmed', 'true');
  assert.equal((await ask(confirmed.toString())).statusCode, 303);
  assert.deepEqual(await planned(), [{ title: 'Rhéologie' }]);
});

test('why a file is no timetable is told in the other language too', async () => {
  const english = await tryFile('<!doctype html><p>Login</p>');
  assert.equal(english.statusCode, 400);
  const form = formIn(english.body);
  form.set('language', 'fr');
  assert.match((await ask(form.toString())).body, /le fichier est une page web/);
});

// Covers agent, firmware-config/schema, overlays, lib/http-api, lib/calendar.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { requests } from '#agent/device/requests.ts';
import { documentOf } from '#firmware-config/document/document.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { factorySettings } from '#firmware-config/factory/factory-settings.ts';
import { givenSchema } from '#firmware-config/schema/config.ts';
import { mistakesOf } from '#lib/http-api/refusal.ts';
import { alarms } from '#lib/sentences/alarms.ts';
import { calendars } from '#lib/sentences/calendars.ts';
import { catalogue, keyed } from '#lib/sentences/catalogue.ts';
import { mistakes } from '#lib/sentences/mistakes.ts';
import { pictures } from '#lib/sentences/pictures.ts';
import { refusals } from '#lib/sentences/refusals.ts';
import { servers } from '#lib/sentences/servers.ts';
import { inWords, openKeys, type Sentences } from '#lib/sentences/sentence.ts';
import { costOf, growsAsItsInput } from '../../support/growth.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const rows: Sentences = catalogue;

test('each sentence has both languages, with the same values', () => {
  const valuesOf = (text: string): string[] =>
    [...text.matchAll(/\{(\w+);?\}/g)].map(([, name = '']) => name).toSorted();
  for (const [key, { en, fr, plain = en }] of Object.entries(rows)) {
    assert.ok(en !== '' && fr !== '', key);
    const lost = [...valuesOf(fr), ...valuesOf(plain)].filter((name) => !valuesOf(en).includes(name));
    assert.deepEqual(lost, [], `${key}: it is said with values that its English does not give`);
  }
});

test('an English text is known by its key and values, however its values look', () => {
  const text = 'no signal on input 3 (Caméra (du fond)): nobody listens at this address and port';
  const said = keyed(text);
  assert.equal(said?.key, 'noSignal');
  assert.equal(inWords(said, rows, 'en'), text.replace('Caméra (du fond)', 'Caméra (du fond)'));
  assert.equal(inWords(said, rows, 'fr'), 'entrée 3 (Caméra (du fond)) : rien n’écoute à cette adresse et ce port');
  assert.equal(keyed('something that nobody of ours says'), undefined);
});

test('people read what would be right, not the words of a library, in English too', () => {
  const shape = z.strictObject({ rate: z.int().min(200).max(900), name: z.string().min(1), kind: z.enum(['a', 'b']) });
  const words = (given: unknown, language: 'en' | 'fr') =>
    mistakesOf(shape.safeParse(given).error!, 'body').map(({ text }) => inWords(keyed(text)!, rows, language));
  const wrong = { rate: 99, name: '', kind: 'c' };
  assert.deepEqual(words(wrong, 'en'), ['at least 200', 'cannot be left empty', 'one of "a"|"b"']);
  assert.deepEqual(words({ ...wrong, rate: '', name: 'n' }, 'en'), [
    'must be a number, and is a text',
    'one of "a"|"b"',
  ]);
  assert.deepEqual(words(wrong, 'fr'), ['au moins 200', 'ne peut pas rester vide', 'au choix : "a"|"b"']);
  for (const [key, { en, plain = en }] of Object.entries(mistakes as Sentences))
    assert.doesNotMatch(plain, /Invalid|Too |Unrecog|expected|received|[<>]/, key);
});

test('sentences within sentences are told in the same language, lists too', () => {
  const said = keyed('events that cannot be recorded as they are: "A" has no end; "B" ends before it begins');
  assert.equal(
    inWords(said!, rows, 'fr'),
    'événements impossibles à enregistrer tels quels : « A » n’a pas de fin ; « B » finit avant de commencer',
  );
});

test('foreign text of any length costs no more than its length', async () => {
  const keys = openKeys({ all: { en: '{a}:{b}:{c}:{d}!', fr: '{a}{b}{c}{d}' } });
  const thousand = (parts: number): Promise<number> =>
    costOf(() => {
      for (let n = 0; n < 1000; n++) keys.keyed(':'.repeat(parts));
    });
  await growsAsItsInput(thousand, { parts: 2000, leastMs: 50 });
  assert.equal(keys.keyed(':'.repeat(5000)), undefined, 'what is too long for a sentence is not looked at');
});

test('no key stands in two tables', () => {
  const tables = [mistakes, refusals, alarms, pictures, servers, calendars];
  const keys = tables.flatMap((table) => Object.keys(table));
  assert.deepEqual(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    [],
  );
});

/** Values that fit no setting, as a browser or a foreign program may send them. */
const WRONG: readonly unknown[] = [
  undefined,
  null,
  'x'.repeat(3000),
  '',
  '\u0000',
  '*',
  -1,
  1e9,
  0.123,
  Number.NaN,
  true,
  [],
  [1],
  {},
  { unknown: 1, more: 2 },
  'http://a@b',
];

/** What schemas say of wrong values, at each place of a good one and inside of it. */
function complaintsOf(schema: z.ZodType, good: unknown): string[] {
  const told = (value: unknown): string[] => schema.safeParse(value).error?.issues.flatMap(wordsOfIssue) ?? [];
  const around = (inner: unknown, put: (value: unknown) => unknown): string[] => [
    ...WRONG.flatMap((value) => told(put(value))),
    ...(typeof inner === 'object' && inner !== null
      ? Object.entries(inner).flatMap(([key, value]) =>
          around(value, (next) =>
            put(
              Array.isArray(inner)
                ? inner.map((one, index) => (String(index) === key ? next : one))
                : { ...inner, [key]: next },
            ),
          ),
        )
      : []),
  ];
  return around(good, (value) => value);
}

const wordsOfIssue = (issue: z.core.$ZodIssue): string[] =>
  mistakesOf(new z.ZodError([issue]), 'body').map(({ text }) => text);

test('what schemas find wrong with settings and requests is told in French', async () => {
  const document = documentOf(factorySettings(factoryLayouts), factoryLayouts);
  const requestsTold = Object.values(requests).flatMap(({ params }) => complaintsOf(params, {}));
  const found = new Set([...complaintsOf(givenSchema, document), ...requestsTold]);
  const missing = [...found].filter((text) => !keyed(text));
  assert.ok(found.size > 30, `${found.size} different mistakes`);
  assert.deepEqual(missing, []);
});

/** Where sentences for people are made: the first group is the text, with `${…}` where a value stands. */
const MADE: readonly RegExp[] = [
  /\b(?:refuse|refused)\(\s*(?:\d+,\s*)?'[\w]+',\s*(['`](?:[^'`\\]|\\.)*['`])/g,
  /\b(?:notFound|unavailable|RecorderRefusal|slowDown)\(\s*(['`](?:[^'`\\]|\\.)*['`])/g,
  /\btext = (['`](?:[^'`\\]|\\.)*['`])/g,
  /\b(?:text|error|reason|held|trouble): (['`](?:[^'`\\]|\\.)* (?:[^'`\\]|\\.)*['`])/g,
  /\b(?:refine|regex|startsWith)\([^\n]*, (['`](?:[^'`\\]|\\.)*['`])\)/g,
  /\bcomplain\((['`](?:[^'`\\]|\\.)*['`])\)/g,
  /\bthrow new (?:ServerTrouble|CalendarError|RecurrenceError|OverlayError)\(\s*(?:'[\w]+',\s*)?(['`](?:[^'`\\]|\\.)*['`])/g,
];
/** Rooms whose sentences a reader of the pages meets. */
const ROOMS = ['agent', 'firmware-config/schema', 'overlays', 'lib/http-api', 'lib/calendar'];
/** Places that speak to programs, logs and terminals alone. */
const ELSEWHERE = [
  /^agent\/web\/pages\//,
  /^agent\/control\/(?!certificate)/,
  /^agent\/web\/swis\//,
  /^agent\/box\/(road\/because|control\/recording-files|backup\/backup-files)/,
  /^agent\/web\/routes\/examples/,
];

/** Texts that no page shows: of logs, examples, and beginnings of sentences. */
const ELSEWHERE_SAID = new Set([
  'wrong password',
  'the server',
  'what sends it begins anew',
  '7: there are none, so factory settings',
  'body.picture.tint: Too big: expected number to be <=127',
  'the event ${uid ?? ',
]);

async function sources(room: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, room), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .filter((path) => !path.includes('/dist/') && !ELSEWHERE.some((place) => place.test(path)));
}

test('no sentence of the box is without its French', async () => {
  const missing: string[] = [];
  let seen = 0;
  for (const path of (await Promise.all(ROOMS.map(sources))).flat()) {
    const code = await readFile(join(ROOT, path), 'utf8');
    for (const found of MADE.flatMap((pattern) => [...code.matchAll(pattern)])) {
      const text = (found[1] ?? '')
        .slice(1, -1)
        .replaceAll(/\$\{[^}]*\}+/g, '7')
        .replaceAll("\\'", "'");
      // Descriptions for programmers begin as sentences of a page do; the box's own texts do not.
      if (!/[a-z]{2} [a-z]/i.test(text) || /^[A-Z]/.test(text) || ELSEWHERE_SAID.has(text)) continue;
      seen += 1;
      if (!keyed(text) && !keyed(`"7" ${text}`)) missing.push(`${path}: ${text}`);
    }
  }
  assert.ok(seen > 100, `${seen} sentences were found`);
  assert.deepEqual(missing, [], 'add a row to lib/sentences');
});

// In a process of its own: it changes sources as they are loaded.
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';

/**
 * A setting is one row. Rows of settings that nobody has are written into the sources as they are loaded: nothing else is
 * told of them, and the reference, the page, documents, differences, requests and memory must know them.
 */
const ROWS: readonly { file: string; before: string; row: string }[] = [
  {
    file: 'device/encoders.ts',
    before: '  gopFrames: key(',
    row: `rehearsalKbps: key(z.int().min(1).max(99), { en: 'rate of a rehearsal', fr: 'débit d’une répétition', unit: 'kb/s', sis: ['encoder.gop'], factory: 7 }),`,
  },
  {
    file: 'device/settings.ts',
    before: '  locale: key(',
    row: `bell: key(z.enum(['loud', 'soft']), { en: 'how the bell rings', fr: 'la sonnerie', factory: 'soft', section: 'sound' }),`,
  },
  {
    file: 'machine/hand-over.ts',
    before: '  byHand: key(',
    row: `siestaSeconds: key(seconds(1, 60).default(20), { en: 'rest between two files', unit: 's' }),`,
  },
];

const written = new Set<string>();
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const mine = ROWS.find(({ file }) => url.endsWith(`/firmware-config/schema/${file}`));
    if (!mine) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    assert.ok(source.includes(mine.before), mine.file);
    written.add(mine.file);
    return { ...loaded, source: source.replace(mine.before, `  ${mine.row}\n${mine.before}`) };
  },
});

const { configurationPage } = await import('../../docs/configuration-page.ts');
const { wantedAtStart, whyUnusable } = await import('#agent/box/settings/configured.ts');
const { parseConfig } = await import('#agent/box/settings/config.ts');
const { parseParams } = await import('#agent/device/apply.ts');
const { factoryWanted } = await import('#agent/device/initial-state.ts');
const { keysIn } = await import('#agent/web/pages/device/settings/section-keys.ts');
const { schemaAt } = await import('#agent/web/pages/device/settings/schema.ts');
const { changeInWords, changesBetween } = await import('#firmware-config/document/differences.ts');
const { documentOf, mergeDocuments, readGiven, settingsOf } = await import('#firmware-config/document/document.ts');
const { fillTemplate } = await import('#firmware-config/document/template.ts');
const { yamlOf } = await import('#firmware-config/document/text.ts');
const { formSchema } = await import('#firmware-config/words/form.ts');
const { after, factoryState } = await import('#test/support/device.ts');
const { factoryLayouts } = await import('#overlays/factory-layouts.ts');

const RATE = ['device', 'encoders', 'archive', 'rehearsalKbps'];
const BELL = ['device', 'bell'];
const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
const factory = documentOf(factoryWanted(factoryLayouts), factoryLayouts);
const TEXT = 'device: { bell: loud, encoders: { archive: { rehearsalKbps: 9 } } }';

test('the rows are written where the schema is', () => {
  assert.equal(written.size, ROWS.length);
});

test('the reference has their keys, with range, unit, default and rows of the protocol', () => {
  const page = configurationPage();
  for (const line of [
    '| `device.encoders.archive.rehearsalKbps` | rate of a rehearsal | whole number, 1 to 99 kb/s | `7` | `encoder.gop` |',
    '| `device.bell` | how the bell rings | `loud`, `soft` | `soft` |  |',
    '| `schedule.handOver.siestaSeconds` | rest between two files | whole number, 1 to 60 s | `20` |  |',
  ])
    assert.ok(page.includes(`\n${line}\n`), line);
});

test('the form has them in their section, with their words in both languages', () => {
  const schema = formSchema as Parameters<typeof schemaAt>[0];
  assert.deepEqual(schemaAt(schema, RATE)?.words, {
    en: 'rate of a rehearsal',
    fr: 'débit d’une répétition',
    unit: 'kb/s',
    sis: ['encoder.gop'],
  });
  assert.equal(schemaAt(schema, RATE)?.maximum, 99);
  assert.deepEqual(
    keysIn(schema, 'sound').map(({ path }) => path.join('.')),
    ['device.bell', 'device.audio'],
  );
});

test('an export has them, and an import sets them', () => {
  assert.deepEqual([at(factory, RATE), at(factory, BELL)], [7, 'soft']);
  const changed = mergeDocuments(factory, readGiven(TEXT, 'hall.yaml'));
  assert.deepEqual([at(changed, RATE), at(changed, BELL)], [9, 'loud']);
  const settings = settingsOf(changed, factoryLayouts);
  assert.deepEqual(documentOf(settings, factoryLayouts), changed);
  assert.deepEqual(mergeDocuments(factory, readGiven(yamlOf(changed), 'export.yaml')), changed);
  assert.throws(() => readGiven('device: { bell: shrill }', 'hall.yaml'), /hall\.yaml:1:11: device\.bell/);
  assert.ok('params' in parseParams('settings.replace', { settings }));
  assert.ok('params' in parseParams('encoder.set', { stream: 'archive', settings: { rehearsalKbps: 9 } }));
});

test('differences are told in words', () => {
  const changed = mergeDocuments(factory, readGiven(TEXT, 'hall.yaml'));
  assert.deepEqual(changesBetween(factory, changed).map(changeInWords).toSorted(), [
    'encoder archive, rate of a rehearsal: 7 kb/s becomes 9 kb/s (device.encoders.archive.rehearsalKbps)',
    'how the bell rings: "soft" becomes "loud" (device.bell)',
  ]);
});

test('the file that a box is started with may set them, a template fills them with numbers', () => {
  const config = parseConfig(`${TEXT}\nschedule: { handOver: { siestaSeconds: 5 } }`, 'box.yaml');
  assert.equal(at(config, ['schedule', 'handOver', 'siestaSeconds']), 5);
  assert.equal(at(wantedAtStart(config, undefined, factoryLayouts), ['encoders', 'archive', 'rehearsalKbps']), 9);
  const template = 'device: { encoders: { archive: { rehearsalKbps: "{{rate}}" } } }';
  assert.equal(at(fillTemplate(template, 'template.yaml', new Map([['rate', '12']])), RATE), 12);
});

test('a box that was set before there were such keys starts with what they are in a new box', () => {
  const config = parseConfig('', 'box.yaml');
  const wanted = factoryWanted(factoryLayouts);
  const { rehearsalKbps: _, ...archive } = wanted.encoders.archive as Record<string, unknown>;
  const { bell: __, ...rest } = wanted as unknown as Record<string, unknown>;
  const older = { ...rest, encoders: { ...wanted.encoders, archive } } as unknown as typeof wanted;
  assert.equal(whyUnusable({ wanted: older, configured: {} }, config, factoryLayouts), undefined);
  assert.deepEqual(wantedAtStart(config, { wanted: older, configured: {} }, factoryLayouts), wanted);
});

test('a request sets what was added to encoders, and a preset of encoders keeps it', () => {
  const preset = { family: 'encoder', number: 3, stream: 'archive' } as const;
  const rehearsal = { stream: 'archive', settings: { rehearsalKbps: 9 } } as never;
  const saved = after(after(factoryState(), 'encoder.set', rehearsal), 'preset.save', preset);
  assert.equal(at(saved.wanted.sis.presets.encoder[3]?.settings, ['rehearsalKbps']), 9);
  const back = after(saved, 'encoder.set', { ...(rehearsal as object), settings: { rehearsalKbps: 7 } } as never);
  assert.equal(at(back.wanted, ['encoders', 'archive', 'rehearsalKbps']), 7);
  assert.equal(at(after(back, 'preset.recall', preset).wanted, ['encoders', 'archive', 'rehearsalKbps']), 9);
});

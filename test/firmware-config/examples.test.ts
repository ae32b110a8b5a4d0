import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseConfig } from '#agent/box/settings/config.ts';
import { wantedAtStart, whyUnusable, configuredPart } from '#agent/box/settings/configured.ts';
import { recorderSettings } from '#agent/box/settings/recorder-settings.ts';
import { recorderMistakes } from '#agent/recorder/settings.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { documentOf, mergeDocuments, readGiven, settingsOf } from '#firmware-config/document/document.ts';
import { fillTemplate, placeholdersIn } from '#firmware-config/document/template.ts';
import { yamlOf } from '#firmware-config/document/text.ts';
import { readTree } from '#test/laws/tree.ts';
import { factoryDocument } from '#test/support/all-keys.ts';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';

const folder = new URL('../../firmware-config/examples/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const TEMPLATE = 'template.yaml';
const examples = names.filter((name) => name !== TEMPLATE);

test('there are examples, the README names each, and each says first what it is', () => {
  assert.ok(examples.length >= 7, examples.join());
  const readme = readFileSync(new URL('README.md', folder), 'utf8');
  const named = [...readme.matchAll(/`([\w-]+\.yaml)`/g)].map(([, name]) => name);
  assert.deepEqual(new Set(named), new Set(names));
  for (const name of names) assert.match(textOf(name), /^# .{20,}\n/, name);
});

for (const name of examples) {
  test(`${name} starts a box, and its settings pass through a document and a text`, () => {
    const config = parseConfig(textOf(name), name);
    const recorder = recorderSettings(config, config.hall, '1', () => 320);
    assert.deepEqual(recorderMistakes(recorder), []);
    const wanted = wantedAtStart(config, undefined, factoryLayouts);
    assert.equal(whyUnusable({ wanted, configured: configuredPart(config) }, config, factoryLayouts), undefined);
    const document = documentOf(wanted, factoryLayouts);
    assert.notDeepEqual(document.device.inputs, factoryDocument().device.inputs, 'no input is set');
    const read = mergeDocuments(factoryDocument(), readGiven(yamlOf(document), 'export.yaml'));
    assert.deepEqual(read, document);
    const { recording: _, ...settings } = wanted;
    assert.deepEqual(settingsOf(read, factoryLayouts), settings);
  });
}

test('the template is filled from a table, and the result is a document', () => {
  const text = textOf(TEMPLATE);
  const columns = placeholdersIn(text);
  assert.ok(columns.includes('name') && columns.includes('slides'), columns.join());
  const cells = new Map(columns.map((column) => [column, column === 'name' ? 'Amphi_D' : `rtsp://10.0.0.1/${column}`]));
  const { files, ...given } = fillTemplate(text, TEMPLATE, cells);
  const document = mergeDocuments(factoryDocument(), given);
  assert.equal(document.hall, 'Amphi_D');
  assert.equal(document.device.encoders.archive.videoKbps, 750);
  assert.deepEqual(Object.keys(files ?? {}), ['logo-1.png']);
});

/** Blocks of YAML in a Markdown text, without the indent that they have in a list. */
const blocksOf = (text: string): string[] =>
  [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```/gm)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );

test('what documents show of a configuration is a part of an example; what they show of a workflow is a definition', () => {
  const shown = [...readTree()]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) => blocksOf(text).map((block) => ({ path, block })));
  assert.ok(shown.length >= 4, `${shown.length}`);
  const texts = names.map(textOf);
  assert.deepEqual(
    shown
      .filter(({ block }) => !texts.some((text) => text.includes(block)) && !('definition' in readDefinition(block)))
      .map(({ path }) => path),
    [],
  );
});

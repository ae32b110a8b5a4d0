// Runs alone: it measures the processor's time.
import { test } from 'node:test';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { checkDefinition } from '#lib/opencast/workflows/check-definition.ts';
import { splitCondition } from '#lib/opencast/workflows/condition-tokens.ts';
import { parseCondition } from '#lib/opencast/workflows/condition.ts';
import { graphOf } from '#lib/opencast/workflows/graph.ts';
import { parseHtmlPanel } from '#lib/opencast/workflows/panel-html.ts';
import { parseJsonPanel } from '#lib/opencast/workflows/panel-json.ts';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';
import { variablesIn } from '#lib/opencast/workflows/variables.ts';
import { parseXmlParts } from '#lib/opencast/workflows/xml-parts.ts';
import { parseYamlParts } from '#lib/opencast/workflows/yaml-parts.ts';
import { growthRow as row, judgeGrowth } from '../../../support/growth.ts';

const many = (count: number, one: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => one(at)).join('');

const catalogue = openCatalogue();
const whole = (text: string): void => {
  const read = readDefinition(text);
  if ('mistakes' in read) return;
  checkDefinition(read.definition, catalogue);
  graphOf(read.definition, catalogue);
};

const ROWS = [
  row(
    'a definition, operations',
    70,
    (n) =>
      `id: a\noperations:\n${many(n, (at) => `  - id: encode\n    configurations:\n      - encoding-profile: a\n      - source-flavors: ${'*/b,'.repeat(12)}${at}/c\n`)}`,
    (text) => whole(text),
  ),
  row(
    'a definition, keys that nobody knows',
    2000,
    (n) => many(n, (at) => `k${at}: 1\n`),
    (text) => whole(text),
  ),
  row('YAML, lists', 2000, (n) => `a:\n${'- b\n'.repeat(n)}`, parseYamlParts),
  row('YAML, brackets', 2000, (n) => `a: ${'[]'.repeat(n)}`, parseYamlParts),
  row('YAML, dashes', 100_000, (n) => '- '.repeat(n), parseYamlParts),
  row('YAML, levels', 300, (n) => many(n, (at) => `${' '.repeat(at)}a:\n`), parseYamlParts),
  row('YAML, aliases', 2000, (n) => `a: &a 1\nb: [${'*a,'.repeat(n)}]`, parseYamlParts),
  row('YAML, anchors', 2000, (n) => many(n, (at) => `k${at}: &a${at} 1\n`), parseYamlParts),
  row('XML, operations', 2000, (n) => `<definition>${'<operation id="a"/>\n'.repeat(n)}</definition>`, parseXmlParts),
  row('XML, lines', 100_000, (n) => `<definition>${'\n'.repeat(n)}</definition>`, parseXmlParts),
  row('conditions', 200, (n) => `true${' AND true'.repeat(n)}`, parseCondition),
  row('a condition, quotes', 900, (n) => `'${"''".repeat(n)}`, splitCondition),
  row('variables', 50_000, (n) => '${a:b} '.repeat(n), variablesIn),
  row('variables that do not end', 20_000, (n) => '${a:'.repeat(n), variablesIn),
  row(
    'a panel of JSON',
    40,
    (n) => `[{"fieldset":[${many(n, (at) => `{"type":"text","name":"k${at}"},`)}{"name":"z"}]}]`,
    parseJsonPanel,
  ),
  row(
    'a panel of HTML, fields',
    40,
    (n) => many(n, (at) => `<input name="k${at}" class="configField">`),
    parseHtmlPanel,
  ),
  row(
    'a panel of HTML, options',
    900,
    (n) => `<select name="a" class="configField">${'<option>a'.repeat(n)}`,
    parseHtmlPanel,
  ),
  row('a panel of HTML, signs', 15_000, (n) => '<'.repeat(n), parseHtmlPanel),
  row('a panel of HTML, comments', 2000, (n) => '<!---->'.repeat(n), parseHtmlPanel),
  row('a panel of HTML, comments that do not end', 4000, (n) => '<!--'.repeat(n), parseHtmlPanel),
  row('a panel of HTML, blanks', 15_000, (n) => `<input ${' '.repeat(n)}`, parseHtmlPanel),
  row('a panel of HTML, attributes', 5000, (n) => `<input ${'a="'.repeat(n)}>`, parseHtmlPanel),
];
for (const one of ROWS) test(`${one[0]}: four times as much to read takes four times as long`, () => judgeGrowth(one));

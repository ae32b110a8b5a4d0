import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseHtmlPanel } from '#lib/opencast/workflows/panel-html.ts';
import { parseJsonPanel } from '#lib/opencast/workflows/panel-json.ts';
import { definitionOf } from './chains.ts';

describe('panels in JSON', () => {
  test('all kinds of fields', () => {
    const fields = parseJsonPanel(`[{ "legend": "Group", "description": "words", "fieldset": [
      { "type": "checkbox", "name": "a", "label": "A", "value": true },
      { "type": "checkbox", "name": "b", "value": true, "checked": false },
      { "type": "number", "name": "c", "value": 3 },
      { "type": "text", "name": "d", "defaultValue": "words" },
      { "type": "datetime-local", "name": "e" },
      { "type": "select", "name": "f", "value": "y", "options": [{ "value": "x", "label": "X" }, "y"] },
      { "type": "radio", "name": "g", "value": "1", "label": "One" },
      { "type": "radio", "name": "g", "value": "2", "label": "Two", "checked": true,
        "fieldset": [{ "type": "checkbox", "name": "h", "value": false }] }
    ] }]`);
    assert.deepEqual(
      fields.map(({ name, type, label, defaultValue, options, legend }) => [
        name,
        type,
        label,
        defaultValue,
        options.map(({ value, label: words }) => `${value}=${words}`).join(),
        legend,
      ]),
      [
        ['a', 'checkbox', 'A', 'true', '', 'Group'],
        ['b', 'checkbox', 'b', 'false', '', 'Group'],
        ['c', 'number', 'c', '3', '', 'Group'],
        ['d', 'text', 'd', 'words', '', 'Group'],
        ['e', 'datetime-local', 'e', '', '', 'Group'],
        ['f', 'select', 'f', 'y', 'x=X,y=y', 'Group'],
        ['g', 'radio', 'One', '2', '1=One,2=Two', 'Group'],
        ['h', 'checkbox', 'h', 'false', '', 'Group'],
      ],
    );
  });

  const WRONG: readonly [text: string, pattern: RegExp][] = [
    ['{}', /must be a list/],
    ['[1]', /a group of the panel must be/],
    ['[{"fieldset": 1}]', /a fieldset must be a list/],
    ['[{"fieldset": ["a"]}]', /a field must be/],
    ['[{"fieldset": [{"type": "text"}]}]', /a field has no name/],
    ['[\n1,\n}]', /no JSON/],
    [`[{"fieldset": [${'{"name":"a"},'.repeat(201)}{"name":"b"}]}]`, /more than 200 fields/],
    [`[${'{"fieldset":[{"name":"a","fieldset":['.repeat(20)}${']}]}'.repeat(20)}]`, /must be|nested|no JSON/],
  ];
  for (const [text, pattern] of WRONG)
    test(`wrong: ${text.slice(0, 40)}`, () => assert.throws(() => parseJsonPanel(text), { message: pattern }));

  test('names of what every object has are no keys', () => {
    const [field] = parseJsonPanel('[{"fieldset": [{"__proto__": {"value": "x"}, "name": "constructor"}]}]');
    assert.deepEqual([field?.name, field?.defaultValue], ['constructor', '']);
  });
});

describe('panels in HTML', () => {
  test('fields that become variables, and their words', () => {
    const fields = parseHtmlPanel(`<style><!-- li { } --></style><fieldset><legend>Publish to:</legend><ul>
      <li><input id="a" name="a" type="checkbox" checked="checked" class="configField holdCheckbox" value="true"/>
        <span>&nbsp;Portal &amp; Moodle</span></li>
      <li><input name=b type=checkbox class=configField><span>Elsewhere</span></li>
      <li><label for="c">A &lt;title&gt;</label><input id="c" type="text" class="configField" value="it's"></li>
      <li><input type="radio" name="toggle" value="x" checked="checked"> No field</li>
      <li><input type="radio" name="d" class="configField" value="1">One</li>
      <li><input type="radio" name="d" class="configField" value="2" checked>Two</li>
      <li><select name="e" class="configField"><option value="x">X</option><option selected value="y">Y</option></select></li>
      <li><textarea name="f" class="configField">words</textarea></li>
      <input type="hidden" id="g" class="configField" value="true" />
      </ul></fieldset><!-- <input name="no" class="configField"> -->
      <script>var a = '<input name="no" class="configField">';</script>
      <input name="h" class="configField"><script>never ends <input name="no" class="configField">`);
    assert.deepEqual(
      fields.map(({ name, type, label, defaultValue, options }) => [name, type, label, defaultValue, options.length]),
      [
        ['a', 'checkbox', 'Portal & Moodle', 'true', 0],
        ['b', 'checkbox', 'Elsewhere', 'false', 0],
        ['c', 'text', 'A <title>', "it's", 0],
        ['d', 'radio', 'One', '2', 2],
        ['e', 'select', 'X Y', 'y', 2],
        ['f', 'textarea', 'words', 'words', 0],
        ['g', 'hidden', 'g', 'true', 0],
        ['h', 'text', 'h', '', 0],
      ],
    );
  });

  test('both panels of a definition: kept as they are, each field once', () => {
    const html = '<input name="a" class="configField" type="checkbox"><input name="b" class="configField">';
    const json = '[{"fieldset": [{"type": "checkbox", "name": "a", "value": true}]}]';
    const { panel } = definitionOf(
      `<definition><id>x</id><configuration_panel><![CDATA[${html}]]></configuration_panel><configuration_panel_json>${json}</configuration_panel_json><operations/></definition>`,
    );
    assert.deepEqual([panel.html, panel.json], [html, json]);
    assert.deepEqual(
      panel.fields.map(({ name, defaultValue }) => [name, defaultValue]),
      [
        ['a', 'true'],
        ['b', ''],
      ],
    );
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isErrorCode } from '#lib/sis/errors.ts';
import { explainReply } from '#lib/sis/explain.ts';
import type { Verbose } from '#lib/sis/format.ts';
import { formatCommand, formatNotice, formatReply } from '#lib/sis/format.ts';
import type { KeptValues } from '#lib/sis/kept.ts';
import { keep } from '#lib/sis/kept.ts';
import type { Command } from '#lib/sis/protocol.ts';
import type { NoticeId } from '#lib/sis/rows.ts';
import { allRows, families } from '#lib/sis/rows.ts';
import type { CommandSpec, Form, Patterns } from '#lib/sis/table.ts';
import { forms, isAsking } from '#lib/sis/table.ts';
import { fieldsIn, tokensOf } from '#lib/sis/template.ts';
import { seeded, wrongCommands } from '#lib/sis/samples.ts';
import { fromWords, phrasesOf, usage } from '#lib/sis/words.ts';
import { parseAll, parseOne, protocol, wireOf } from './device.ts';

const modes: readonly Verbose[] = [0, 1, 2, 3];
const commandOf = (spec: CommandSpec): Command => {
  const command = protocol.commands.get(spec.id);
  assert.ok(command, spec.id);
  return command;
};

/** Understands the answer of an example as a client would, and says it again in a mode as the device would. */
function saidAgain(asks: string, answers: string, verbose: Verbose): string {
  const asked = parseOne(wireOf(asks));
  const heard = explainReply(protocol, answers, asked);
  assert.equal(heard?.kind, 'reply', `${answers} is not a reply to ${asks}`);
  const values = heard?.kind === 'reply' ? heard.values : {};
  return formatReply(asked.command, asked.form, values, verbose).join('\r\n');
}

for (const [family, rows] of Object.entries(families)) {
  describe(`the examples of ${family}`, () => {
    for (const spec of rows as readonly CommandSpec[]) {
      for (const [asks, answers, tagged] of spec.examples) {
        test(`${spec.id}: ${asks} answers ${answers}`, () => {
          const { id, form } = parseOne(wireOf(asks));
          assert.equal(id, spec.id);
          for (const verbose of modes) {
            if (form !== 'query' || verbose < 2) assert.equal(saidAgain(asks, answers, verbose), answers);
            else if (tagged !== undefined) assert.equal(saidAgain(asks, answers, verbose), tagged);
          }
          if (tagged !== undefined) {
            for (const verbose of [2, 3] as const) assert.equal(saidAgain(asks, tagged, verbose), tagged);
            for (const verbose of [0, 1] as const) assert.equal(saidAgain(asks, tagged, verbose), answers);
          }
        });
      }
    }
  });
}

test('the lines said unasked read and write as their examples', () => {
  for (const notice of protocol.notices.values()) {
    for (const line of notice.spec.examples) {
      const heard = explainReply(protocol, line);
      assert.ok(heard?.kind === 'reply', line);
      assert.equal(formatNotice(protocol, notice.id as NoticeId, heard.values), line);
    }
  }
});

const templatesOf = (patterns: Patterns | undefined): readonly string[] => {
  if (patterns === undefined) return [];
  if (typeof patterns === 'string') return [patterns];
  return 'guess' in patterns ? patterns.fields.map((name) => `{${name}}`) : patterns;
};

describe('every row', () => {
  test('has an id of its own, a summary, a source, a confidence and an example', () => {
    assert.equal(new Set(allRows.map((spec) => spec.id)).size, allRows.length);
    for (const spec of allRows) {
      assert.match(spec.id, /^[a-z]+(\.[a-z0-9-]+)+$/);
      assert.ok(spec.summary.length > 3 && !spec.summary.endsWith('.'), spec.id);
      assert.ok(spec.source.length > 1, spec.id);
      assert.match(spec.confidence, /^[ABC]$/);
      assert.ok(spec.examples.length > 0, spec.id);
    }
  });

  test('shows each of its ways to ask and to set by an example', () => {
    for (const spec of allRows) {
      const shown = new Set(spec.examples.map(([asks]) => parseOne(wireOf(asks)).form));
      for (const form of ['set', 'act', 'query'] as const) {
        if (spec[form] !== undefined) assert.ok(shown.has(form), `${spec.id} has no example of ${form}`);
      }
    }
  });

  test('uses exactly the fields it names', () => {
    for (const spec of allRows) {
      const patterns = [...forms.map((form) => spec[form]), spec.tagged, spec.bare, spec.listed];
      const used = patterns.flatMap(templatesOf).flatMap((text) => fieldsIn(tokensOf(text)).map(({ name }) => name));
      assert.deepEqual([...new Set(used)].toSorted(), Object.keys(spec.fields).toSorted(), spec.id);
    }
  });

  test('can be sampled in every field a client sends', () => {
    for (const { id, codecs, forms } of protocol.commands.values()) {
      for (const form of Object.values(forms).flat()) {
        for (const { name } of form.fields)
          assert.ok(codecs[name] && 'sample' in codecs[name], `${id} {${name}} has no sample`);
      }
    }
  });

  test('reads back the command it writes', () => {
    const random = seeded(3);
    for (const command of protocol.commands.values()) {
      for (const form of Object.keys(command.forms) as Form[]) {
        const fields = command.forms[form]?.[0]?.fields ?? [];
        for (let round = 0; round < 20; round++) {
          const values = Object.fromEntries(fields.map(({ name }) => [name, command.codecs[name]?.sample?.(random)]));
          if (command.check(values, form)) continue;
          const parsed = parseOne(formatCommand(command, form, values));
          assert.deepEqual([parsed.id, parsed.form, parsed.values], [command.id, form, values]);
        }
      }
    }
  });

  test('refuses what is out of range with its code', () => {
    const wrong = wrongCommands(protocol, seeded(1));
    assert.ok(wrong.length > 250, `only ${wrong.length} wrong commands`);
    for (const { wire, id, field, code } of wrong) {
      const [parsed] = parseAll(wire);
      assert.deepEqual(parsed, { ok: false, code }, `${id} {${field}} ${JSON.stringify(wire)}`);
    }
  });

  test('has plain words of its own, and a usage', () => {
    const phrases = [...protocol.commands.values()].flatMap(phrasesOf);
    assert.equal(new Set(phrases).size, phrases.length);
    for (const command of protocol.commands.values()) {
      for (const phrase of phrasesOf(command)) assert.equal(phrase, phrase.toLowerCase());
      assert.ok(usage(command).length > 0);
    }
  });

  test('that changes nothing for others, or is secret, is told to nobody else', () => {
    const secret = allRows.filter((spec) => spec.id.startsWith('password') || spec.id.startsWith('snmp.community'));
    assert.equal(secret.length, 4);
    for (const spec of secret) assert.equal(spec.to, 'asker', spec.id);
  });
});

describe('rows that are kept', () => {
  const keeper = allRows.filter((spec) => spec.by === 'keeper');

  test('answer every query from the start, and then as they were set', () => {
    const random = seeded(5);
    let store: KeptValues = {};
    for (const command of keeper.map(commandOf)) {
      const asks = command.forms.query?.[0];
      const sets = command.forms.set?.[0];
      const sample = (names: readonly string[]) =>
        Object.fromEntries(names.map((name) => [name, command.codecs[name]?.sample?.(random)]));
      const keys = sample(asks?.fields.map(({ name }) => name) ?? []);
      if (asks) {
        const { values } = keep(store, { command, form: 'query', values: keys });
        assert.doesNotThrow(() => formatReply(command, 'query', values, 3), command.id);
      }
      if (sets) {
        const values = { ...sample(sets.fields.map(({ name }) => name)), ...keys };
        store = keep(store, { command, form: 'set', values }).store;
        if (asks) assert.deepEqual(keep(store, { command, form: 'query', values: keys }).values, values);
      }
    }
    assert.deepEqual(JSON.parse(JSON.stringify(store)), store, 'can be saved as JSON');
  });

  test('keep a value for each key, step within their range, and start from the factory value', () => {
    const send = (store: KeptValues, wire: string) => {
      const parsed = parseOne(wire);
      const kept = keep(store, parsed);
      return { store: kept.store, line: formatReply(parsed.command, parsed.form, kept.values, 3)[0] };
    };
    assert.equal(send({}, '\u001bI3AFMT\r').line, 'AfmtI3*1');
    assert.equal(send({}, '\u001bI2AFMT\r').line, 'AfmtI2*2');
    let { store, line } = send({}, '\u001b3*254HSRT\r');
    for (const expected of ['Hsrt03*255', 'Hsrt03*255']) {
      ({ store, line } = send(store, '\u001b3+HSRT\r'));
      assert.equal(line, expected);
    }
    assert.equal(send(store, '\u001b3-HSRT\r').line, 'Hsrt03*254');
    ({ store } = send(store, '\u001bI1*4ROTA\r'));
    assert.equal(send(store, '\u001bI1ROTA\r').line, 'RotaI01*4');
    assert.equal(send(store, '\u001bI2ROTA\r').line, 'RotaI02*0');
  });
});

test('plain words give the command of their row', () => {
  const said = (line: string) => fromWords(protocol, line)?.wire;
  assert.equal(said('record start'), '\u001bY1RCDR\r');
  assert.equal(said('Record'), '\u001bYRCDR\r');
  assert.equal(said('input 2 A'), '2*1!');
  assert.equal(said('input B?'), '2!');
  assert.equal(said('layout 5'), '7*5.');
  assert.equal(said('brightness a up'), '\u001b1+BRIT\r');
  assert.equal(said('metadata title Einführung in die Ökologie'), '\u001bM13*Einführung in die ÖkologieRCDR\r');
  assert.equal(said('bitrate archive 5000'), '\u001bV1*5000BITR\r');
  assert.equal(said('mark'), '\u001bBRCDR\r');
  assert.equal(said('time zone CET'), '\u001bCET*TZON\r');
  assert.equal(said('time zone list'), '\u001b*TZON\r');
  assert.equal(said('input 5 A'), undefined);
  assert.equal(said('record backwards'), undefined);
  assert.equal(said('frobnicate'), undefined);
  assert.equal(said(''), undefined);
});

test('an error is a code, and nothing else is', () => {
  assert.ok(isErrorCode('E24'));
  assert.ok(!isErrorCode('E99') && !isErrorCode('toString'));
  assert.deepEqual(explainReply(protocol, 'E22'), { kind: 'error', code: 'E22', words: 'busy' });
  assert.equal(explainReply(protocol, 'what is this'), undefined);
});

test('asking never needs an administrator but for what is secret', () => {
  const guarded = allRows.filter((spec) => spec.queryAccess === 'admin').map((spec) => spec.id);
  assert.deepEqual(guarded, ['snmp.community.public', 'snmp.community.private']);
  assert.ok(isAsking('query') && isAsking('list') && !isAsking('act'));
});

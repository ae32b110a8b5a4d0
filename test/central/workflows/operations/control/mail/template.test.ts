import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { addressIn, addressesIn } from '#central/workflows/operations/control/mail/mail-addresses.ts';
import { filledTemplate } from '#central/workflows/operations/control/mail/template.ts';
import type { TemplateValue } from '#central/workflows/operations/control/mail/template-expressions.ts';
import { smtpSettings } from '#central/workflows/operations/control/mail/smtp-settings.ts';

const values = new Map<string, TemplateValue>([
  [
    'mediaPackage',
    new Map([
      ['title', 'A <b> & ${workflow.id}'],
      ['identifier', 'id-1'],
    ]),
  ],
  ['workflow', new Map([['id', '7']])],
  ['catalogs', new Map([['dublincore/episode', new Map([['creator', 'Anna Un, Zoé']])]])],
  ['incident', [new Map([['details', [new Map([['b', 'no picture']]), new Map([['b', 'no sound']])]]])]],
  ['failedOperation', new Map()],
]);
const fill = (template: string, isHtml = false): string => filledTemplate(template, { values, isHtml });

describe('templates of mails', () => {
  test('have values by points, brackets and methods, with defaults and formats', () => {
    assert.equal(fill('${mediaPackage.title}'), 'A <b> & ${workflow.id}', 'a value is not read as a template');
    assert.equal(fill("${catalogs['dublincore/episode']['creator']?upper_case}"), 'ANNA UN, ZOÉ');
    assert.equal(fill('${catalogs["dublincore/episode"].creator}'), 'Anna Un, Zoé');
    assert.equal(fill('${workflow.getId()}${(workflow.id)!"x"}'), '77');
    assert.equal(fill("${mediaPackage.seriesTitle!'none'}|${mediaPackage.seriesTitle}|${mediaPackage.a.b!}"), 'none||');
    assert.equal(fill('${mediaPackage.identifier?datetime?string("yyyy-MM-dd")}'), 'id-1');
    assert.equal(fill('${incident[0].details[1].b}'), 'no sound');
  });

  test('have blocks for what is there, and for lists', () => {
    const block = '<#if failedOperation?has_content>failed<#elseif workflow.id??>runs<#else>rests</#if>';
    assert.equal(fill(block), 'runs');
    assert.equal(fill('<#if !failedOperation?has_content && workflow?has_content>yes</#if>'), 'yes');
    assert.equal(fill('<#if failedOperation?has_content || incident?has_content>yes<#else>no</#if>'), 'yes');
    const list = '<#list incident as inc><#list inc.details as dets>${dets.b}; </#list></#list>';
    assert.equal(fill(list), 'no picture; no sound; ');
    assert.equal(fill('<#list nothing as n>x</#list>.'), '.');
  });

  test('keep what is not understood as it is written', () => {
    for (const text of [
      '${other.value}',
      '${x + y}',
      '${mediaPackage.title?eval}',
      '${mediaPackage[title]}',
      '<#assign x = 1>',
      '<#if a == b>x</#if>',
      '<#else>',
      '</#list>',
      '${',
      '<#list incident>x</#list>',
    ])
      assert.equal(fill(text), text);
    assert.equal(fill('<#if workflow?has_content>open ${workflow.id}'), 'open 7');
    assert.equal(fill('<#if x == y>${workflow.id}<#else>b</#if>c'), '<#if x == y>7<#else>b</#if>c');
  });

  test('escape values in HTML, not their own text', () => {
    assert.equal(fill('<p>${mediaPackage.title}</p>', true), '<p>A &lt;b&gt; &amp; ${workflow.id}</p>');
  });

  test('take no longer than the text is long, and have an end', () => {
    const began = process.cpuUsage();
    fill(`<#if ${' '.repeat(60_000)}`);
    fill('<#if a?has_content>'.repeat(5000));
    fill('${'.repeat(30_000));
    assert.ok(process.cpuUsage(began).user < 1_000_000, 'a second of a processor is far too much');
    const many = new Map<string, TemplateValue>([['l', Array.from({ length: 2000 }, () => 'x')]]);
    const nested = '<#list l as a><#list l as b>xxxxxxxxxx</#list></#list>';
    assert.throws(() => filledTemplate(nested, { values: many }), /more than 1000000 characters/);
  });

  test('the one of failures that comes with the server says what is known', async () => {
    const file = new URL(
      '../../../../../../central/workflows/operations/control/mail/templates/errorDetails',
      import.meta.url,
    );
    const text = fill(await readFile(file, 'utf8'));
    assert.match(
      text,
      /Recording: A <b> & \$\{workflow\.id\} \(id-1\)\nPresenter: Anna Un, Zoé\nWorkflow: , number 7\n\nThe recording/,
    );
  });
});

describe('addresses of mails', () => {
  test('are read from lists, with names or without', () => {
    const { good, wrong } = addressesIn(
      'anna@example.org, Zoé Deux <zoe@exämple.org>; ANNA@example.org root@localhost',
      ',;',
    );
    assert.deepEqual(
      good.map(({ name, address }) => `${name}|${address}`),
      ['|ANNA@example.org', 'Zoé Deux|zoe@exämple.org', '|root@localhost'],
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(addressesIn('a@b|c@d', '|').good.length, 2);
    assert.deepEqual(addressesIn('m.dupont, a@', ',').wrong, ['m.dupont', 'a@']);
  });

  test('have nothing in them that could begin another header or another recipient', () => {
    for (const text of [
      'a@b\r\nBcc: c@d',
      'A\r\nB <a@b>',
      'a@b>,<c@d',
      'a@b(c)',
      '"a b"@c',
      'a@b,c@d',
      'a@@b',
      '<a@b',
      `${'a'.repeat(80)}@b`,
    ])
      assert.equal(addressIn(text), undefined, text);
  });
});

test('settings of the mail server say what would be right', () => {
  const mistakes = (more: object): string[] => {
    const read = smtpSettings.safeParse({ host: 'mail.example.org', from: 'Amphi <a@example.org>', ...more });
    return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  };
  assert.deepEqual(mistakes({}), []);
  assert.match(mistakes({ from: 'nobody' })[0]!, /from must be an address/);
  assert.match(mistakes({ user: 'x' })[0]!, /passwordFile user and passwordFile are needed together/);
  assert.match(mistakes({ user: 'x', passwordFile: '/p', security: 'none' })[0]!, /not sent in the clear/);
  assert.deepEqual(mistakes({ user: 'x', passwordFile: '/p', security: 'none', host: '127.0.0.1' }), []);
  assert.match(mistakes({ security: 'ssl' })[0]!, /must be starttls, tls or none/);
});

// Runs alone: it measures the processor's time.
import { test } from 'node:test';
import { addressesIn } from '#central/workflows/operations/control/mail/mail-addresses.ts';
import { readExpression, readTests } from '#central/workflows/operations/control/mail/template-expressions.ts';
import { readTemplate } from '#central/workflows/operations/control/mail/template-parts.ts';
import { growsEvenly } from '#test/support/growth.ts';

for (const [name, parts, read] of [
  ['addresses', 10_000, (n: number) => addressesIn('Anna <a@example.org>, '.repeat(n), ',')],
  ['entries that are none', 20_000, (n: number) => addressesIn('a.'.repeat(n), ',')],
  ['opened brackets', 20_000, (n: number) => addressesIn('<'.repeat(n), ',')],
  ['members', 20_000, (n: number) => readExpression(`a${'.b'.repeat(n)}`)],
  ['formats', 20_000, (n: number) => readExpression(`a${'?string'.repeat(n)}`)],
  ['tests', 10_000, (n: number) => readTests('a?? && '.repeat(n))],
  ['values', 40_000, (n: number) => readTemplate('${a.b} '.repeat(n))],
  ['blocks', 40_000, (n: number) => readTemplate('<#if a??>'.repeat(n))],
  ['closed blocks', 20_000, (n: number) => readTemplate('<#if a??>b<#else>c</#if>'.repeat(n))],
  ['blanks', 100_000, (n: number) => readTemplate(`<#if ${' '.repeat(n)}`)],
  ['beginnings', 50_000, (n: number) => readTemplate('${'.repeat(n))],
] as const)
  test(`${name}: four times as many take four times as long`, () => growsEvenly((n) => () => read(n), parts));

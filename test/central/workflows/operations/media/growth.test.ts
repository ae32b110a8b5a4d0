// Runs alone: it measures the processor's time.
import { test } from 'node:test';
import { readLayouts } from '#central/workflows/operations/media/commands/layouts.ts';
import { readPartialList } from '#central/workflows/operations/media/commands/partial-smil.ts';
import { growthRow, judgeGrowth } from '#test/support/growth.ts';

const POINT = '{"left":1,"top":1}';
const LAYOUT = `{"anchorOffset":{"referring":${POINT},"reference":${POINT},"offset":{"x":0,"y":0}}};`;
const list = (inside: string): string => `<smil><body><par dur="9s"><seq>${inside}</seq></par></body></smil>`;

for (const row of [
  growthRow(
    'layouts',
    50,
    (n: number) => LAYOUT.repeat(n),
    (text) => readLayouts(text, 'layout'),
  ),
  growthRow(
    'semicolons',
    5000,
    (n: number) => ';'.repeat(n),
    (text) => readLayouts(text, 'layout'),
  ),
  growthRow('pieces', 2000, (n: number) => list('<video begin="1ms" src="a/b"/>'.repeat(n)), readPartialList),
  growthRow('sequences', 2000, (n: number) => list('</seq><seq>'.repeat(n)), readPartialList),
  growthRow('a long time', 20_000, (n: number) => list(`<audio begin="${'1'.repeat(n)}" src="a"/>`), readPartialList),
])
  test(`${row[0]}: twice as many take twice as long`, () => judgeGrowth(row, 2));

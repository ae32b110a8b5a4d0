import { Command } from 'commander';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startChild } from '#lib/runtime/processes/child.ts';

const folder = fileURLToPath(new URL('../bench/', import.meta.url));
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3))
  .toSorted();

/** The result that a bench prints as its last line. */
interface Figure {
  bench: string;
  figure: number;
  unit: string;
  yardstick: string;
  goal: string;
}

const command = new Command('bench')
  .description('Measures Amphi against named yardsticks. Each bench prints a table and, last, a line of JSON.')
  .argument('[name...]', `which: ${known.join(', ') || 'there is none yet'}`)
  .parse();

const unknown = command.args.filter((name) => !known.includes(name));
if (unknown.length > 0) command.error(`no bench ${unknown.join(', ')}; there is ${known.join(', ') || 'none'}`);

const figures: Figure[] = [];
const broken: string[] = [];
for (const name of command.args.length > 0 ? command.args : known) {
  console.log(`\n=== ${name}`);
  const figure = await measure(name);
  if (figure) figures.push(figure);
  else broken.push(name);
}
// A single bench has already printed its result as the last line.
if (figures.length + broken.length > 1) printAll();
process.exitCode = broken.length > 0 ? 1 : 0;

function printAll(): void {
  console.log(`\n=== all`);
  for (const { bench, figure, unit, yardstick, goal } of figures) {
    console.log(`${bench.padEnd(10)} ${String(figure).padStart(8)} ${unit}  (goal ${goal}; against ${yardstick})`);
  }
  for (const name of broken) console.log(`${name.padEnd(10)} broke`);
}

/** Runs a bench, passes on what it prints, and reads its last line; undefined if it failed. */
async function measure(name: string): Promise<Figure | undefined> {
  const child = startChild({
    command: process.execPath,
    argv: [`${folder}${name}.ts`],
    takes: [1],
    onStderrLine: (line) => console.error(line),
  });
  let text = '';
  for await (const chunk of child.take(1)) {
    process.stdout.write(chunk as Buffer);
    text = (text + String(chunk)).slice(-100_000);
  }
  const death = await child.died;
  const figure = readFigure(text.trimEnd().split('\n').at(-1) ?? '');
  if (death.code === 0 && figure) return figure;
  console.error(`${name}: ${death.code === 0 ? 'its last line is not the line of JSON' : death.reason}`);
  return undefined;
}

function readFigure(line: string): Figure | undefined {
  try {
    const value = JSON.parse(line) as Partial<Figure>;
    return typeof value.bench === 'string' && typeof value.figure === 'number' ? (value as Figure) : undefined;
  } catch {
    return undefined;
  }
}

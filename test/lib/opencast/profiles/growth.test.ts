// Runs alone: it measures the processor's time.
import { test } from 'node:test';
import { argvOf } from '#lib/opencast/profiles/command.ts';
import { readProperties } from '#lib/opencast/profiles/properties.ts';
import { readProfiles } from '#lib/opencast/profiles/read-profiles.ts';
import { growsEvenly } from '#test/support/growth.ts';

const fill = { value: () => 'x', holds: () => true };
const command = (text: string) => ({ id: 'p', command: text, pieces: new Map([['if-a', '-y b']]) });

for (const [name, parts, read] of [
  ['lines', 10_000, (n: number) => readProperties('a.b = c\n'.repeat(n))],
  ['continued lines', 10_000, (n: number) => readProperties(`a = ${'b \\\n'.repeat(n)}`)],
  ['backslashes', 100_000, (n: number) => readProperties(`a = ${'\\'.repeat(n)}\n`.repeat(2))],
  ['keys of one profile', 8000, (n: number) => readProfiles('profile.a.name = b\n'.repeat(n))],
  ['words of a command', 40_000, (n: number) => argvOf(command('-y "a b" #{x} '.repeat(n)), fill)],
  ['pieces of a command', 20_000, (n: number) => argvOf(command('#{if-a} '.repeat(n)), fill)],
] as const)
  test(`${name}: four times as many take four times as long`, () => growsEvenly((n) => () => read(n), parts));

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { agentCommand } from '#agent/command.ts';
import { timeCommand } from '#agent/time-command.ts';
import { centralCommand } from '#central/command.ts';
import { simCommand } from '#simulator/main.ts';
import { configCommand } from '#technician/config/config-command.ts';
import { boxesCommand } from '#technician/known/boxes-command.ts';
import { loginCommand, logoutCommand } from '#technician/known/login-command.ts';
import { scheduleCommand } from '#technician/schedule/schedule-command.ts';
import { sisCommand } from '#technician/sis/sis-command.ts';
import { workflowCommand } from '#technician/workflow/workflow-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PARTS: ReadonlyMap<string, Command> = new Map([
  ['agent', agentCommand()],
  ['central', centralCommand()],
  ['sis', sisCommand()],
  ['config', configCommand()],
  ['schedule', scheduleCommand()],
  ['workflow', workflowCommand()],
  ['boxes', boxesCommand()],
  ['login', loginCommand()],
  ['logout', logoutCommand()],
  ['sim', simCommand()],
  ['time-servers', timeCommand()],
]);
const GENERAL = ['--help', '--version'];

/** Commands in a guide: lines of its blocks of code, and what stands in its text as code. */
function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```(?:sh|console)?\n([\s\S]*?)^ *```/gm)].flatMap(([, text = '']) =>
    text.replaceAll('\\\n', ' ').split('\n'),
  );
  const spans = [...page.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)].map(([, text = '']) =>
    text.replaceAll(/\s+/g, ' '),
  );
  return [...blocks, ...spans].flatMap((line) => {
    const found = /^\s*(?:\$ )?(?:sudo )?(?:\S*\/)?amphi ([a-z-].*)$/.exec(line)?.[1];
    // What stands behind them is a comment.
    return found === undefined ? [] : [found.replace(/\s+#.*$/, '')];
  });
}

/** What is wrong with a command; undefined: a person could type it. */
function mistakeIn(line: string): string | undefined {
  const words = line
    .replaceAll(/"[^"]*"|'[^']*'/g, 'TEXT')
    .split(/[\s[\]]+/)
    .filter(Boolean);
  const [name = '', ...rest] = words;
  if (GENERAL.includes(name) || name === 'COMMAND' || /^[A-Z]/.test(name)) return undefined;
  const part = PARTS.get(name);
  if (!part) return `there is no amphi ${name}`;
  const [sub = ''] = rest;
  const inner = part.commands.find((one) => one.name() === sub);
  if (part.commands.length > 0 && /^[a-z]/.test(sub) && !inner) return `there is no amphi ${name} ${sub}`;
  const known = [
    ...GENERAL,
    ...(inner ? [part, inner] : [part, ...part.commands]).flatMap((one) => one.options.map(({ long }) => long) ?? []),
  ];
  const unknown = rest.find((word) => word.startsWith('--') && !known.includes(word.split('=')[0] ?? ''));
  return unknown === undefined ? undefined : `amphi ${name} ${sub} has no ${unknown}`;
}

test('every command in the guides can be typed', () => {
  const guides = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const all = guides.flatMap((guide) =>
    commandsIn(readFileSync(join(root, guide), 'utf8')).map((line) => ({ guide, line, mistake: mistakeIn(line) })),
  );
  assert.ok(all.length > 40, String(all.length));
  assert.deepEqual(
    all.filter(({ mistake }) => mistake !== undefined).map(({ guide, mistake }) => `${guide}: ${mistake}`),
    [],
  );
});

test('a command that nobody could type is found', () => {
  const page = 'Type `amphi halls`, or:\n```sh\nsudo bin/amphi schedule add --from x  # --no\namphi boxes use A\n```\n';
  assert.deepEqual(commandsIn(page).map(mistakeIn), [
    'amphi schedule add has no --from',
    undefined,
    'there is no amphi halls',
  ]);
});

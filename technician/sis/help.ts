import type { Command, Protocol } from '#lib/sis/protocol.ts';
import { completions, phrasesOf, usage } from '#lib/sis/words.ts';

const USAGE_WIDTH = 44;

/** Help on commands that have these words in their name or summary. */
export function helpOn(protocol: Protocol, about: string): string[] {
  const words = about.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...protocol.commands.values()].filter((command) => {
    const text = `${phrasesOf(command).join(' ')} ${command.spec.summary}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (found.length === 0) return [`nothing about ${about}`];
  const lines = found.map(
    (command) => `${(usage(command)[0] ?? command.id).padEnd(USAGE_WIDTH)}  ${command.spec.summary}`,
  );
  return about === '' ? [...HEAD, ...lines] : lines;
}

const HEAD = [
  'Type a command in words (record start) or as SIS (WY1RCDR, 7*3.); several with |. Tab completes, COMMAND? explains.',
  'help WORD finds commands; exit, or Ctrl-D, ends. Lines with * came unasked.',
];

/** Help on a command that is being typed (`input select ?`): all its phrases, what it does, and what may follow. */
export function explainTyped(protocol: Protocol, typed: string): string[] {
  const said = typed.trim().toLowerCase();
  const command = commandOf(protocol, said);
  if (!command) return helpOn(protocol, said);
  const next = completions(protocol, `${said} `)
    .map(({ text }) => text.slice(said.length).trim())
    .filter((word) => word !== '' && !word.includes(' '));
  return [
    command.spec.summary,
    ...usage(command).map((one) => `  ${one}`),
    ...wiresOf(command).map((wire) => `  ${wire}`),
    ...(next.length > 0 ? [`next: ${next.join(', ')}`] : []),
  ];
}

const commandOf = (protocol: Protocol, said: string): Command | undefined =>
  [...protocol.commands.values()]
    .flatMap((command) => phrasesOf(command).map((phrase) => ({ command, phrase })))
    .filter(({ phrase }) => said === phrase || said.startsWith(`${phrase} `))
    .toSorted((a, b) => b.phrase.length - a.phrase.length)[0]?.command;

/** Forms of a command on the wire, where the table has them as plain text. */
function wiresOf({ spec }: Command): string[] {
  const { set, act, query } = spec as { set?: unknown; act?: unknown; query?: unknown };
  return [set, act, query].filter((wire) => typeof wire === 'string');
}

import { formatCommand } from './format.ts';
import type { Command, CommandForm, Protocol } from './protocol.ts';
import type { Form } from './table.ts';
import type { Values } from './template.ts';

/** A command that was typed in plain words: `record start`, `input select 2 A`, `brightness A up`, `layout 5`. */
export interface Said {
  readonly id: string;
  readonly form: Form;
  readonly values: Values;
  /** The bytes to send, with ESC and CR. */
  readonly wire: string;
}

/** A possible continuation of the typed text, with a hint for people. */
export interface Completion {
  readonly text: string;
  readonly hint: string;
}

/** The names of a row: its id with spaces instead of dots, and its other words. */
export const phrasesOf = ({ spec }: Command): readonly string[] => [
  spec.id.replaceAll('.', ' '),
  ...(spec.words ?? []),
];

const tokens = (line: string) => line.trim().split(/\s+/).filter(Boolean);

function named(protocol: Protocol, line: string): { command: Command; rest: string[] } | undefined {
  const said = tokens(line.replace(/\?\s*$/, ''));
  let best: { command: Command; rest: string[]; length: number } | undefined;
  for (const command of protocol.commands.values()) {
    for (const phrase of phrasesOf(command)) {
      const length = phrase.split(' ').length;
      if (said.slice(0, length).join(' ').toLowerCase() !== phrase || length <= (best?.length ?? 0)) continue;
      best = { command, rest: said.slice(length), length };
    }
  }
  return best;
}

/** The values of the typed words. A text field at the end takes all words that are left. */
function valuesFrom(form: CommandForm, said: readonly string[]): Values | undefined {
  const { codecs } = form.command;
  const last = form.fields.length - 1;
  const greedy = codecs[form.fields[last]?.name ?? '']?.shape === '.*' && said.length > form.fields.length;
  const texts = greedy ? [...said.slice(0, last), said.slice(last).join(' ')] : said;
  if (texts.length !== form.fields.length) return undefined;
  const values = form.fields.map(({ name }, at) => [name, codecs[name]?.fromWords(texts[at] ?? '')] as const);
  return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
}

const formWords = { up: 'up', down: 'down', reset: 'default', list: 'list' } as const;

function* attempts(rest: readonly string[]): Generator<[Form, readonly string[]]> {
  for (const form of ['query', 'act', 'set'] as const) yield [form, rest];
  for (const [form, word] of Object.entries(formWords)) {
    if (rest.at(-1)?.toLowerCase() === word) yield [form as Form, rest.slice(0, -1)];
  }
}

/**
 * The command that plain words mean; undefined if they mean none. Values are those of the reference, or as on the wire.
 * `up`, `down`, `default` and `list` at the end choose these forms; without a word after the keys it is a query.
 */
export function fromWords(protocol: Protocol, line: string): Said | undefined {
  const found = named(protocol, line);
  if (!found) return undefined;
  const { command, rest } = found;
  for (const [form, said] of attempts(rest)) {
    const pattern = command.forms[form]?.[0];
    const values = pattern && valuesFrom(pattern, said);
    if (!values || command.check(values, form)) continue;
    return { id: command.id, form, values, wire: formatCommand(command, form, values) };
  }
  return undefined;
}

/** The uses of a row in words: `input select {input} {channel}`. */
export function usage(command: Command): string[] {
  const phrase = phrasesOf(command).at(-1) ?? command.id;
  return Object.entries(command.forms).map(([form, patterns]) => {
    const fields = (patterns[0]?.fields ?? []).map(({ name }) => `{${name}}`);
    return [phrase, ...fields, formWords[form as keyof typeof formWords] ?? ''].join(' ').trim();
  });
}

const nextOptions = (command: Command, rest: readonly string[]): readonly string[] => {
  const fields = (command.forms.set ?? command.forms.act ?? command.forms.query)?.[0]?.fields ?? [];
  return command.codecs[fields[rest.length]?.name ?? '']?.options ?? [];
};

/** The possible continuations of the typed text: names of rows, then the values of the next field. */
export function completions(protocol: Protocol, typed: string): Completion[] {
  const line = typed.trimStart();
  const begun = line.toLowerCase();
  const phrases = [...protocol.commands.values()].flatMap((command) =>
    phrasesOf(command)
      .filter((phrase) => phrase.startsWith(begun))
      .map((text) => ({ text, hint: command.spec.summary })),
  );
  const word = /\S*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const found = named(protocol, before);
  const options = found ? nextOptions(found.command, found.rest) : [];
  const values = options
    .filter((option) => option.toLowerCase().startsWith(word.toLowerCase()))
    .map((option) => ({ text: `${before}${option}`, hint: found?.command.spec.summary ?? '' }));
  return [...values, ...phrases];
}

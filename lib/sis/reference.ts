import { errorMeanings } from './errors.ts';
import type { Command, CommandForm, Protocol } from './protocol.ts';
import { families } from './rows.ts';
import type { CommandSpec, Form, Patterns } from './table.ts';
import { isAsking } from './table.ts';
import { usage } from './words.ts';

const titles: Readonly<Record<keyof typeof families, string>> = {
  information: 'Information',
  system: 'The unit',
  network: 'Network, ports, passwords, SNMP, serial line',
  inputs: 'Inputs, picture, outputs',
  recording: 'Recording',
  presets: 'Presets',
  encoder: 'Encoders',
  streaming: 'Streams and pushes',
  audio: 'Sound',
  files: 'Files',
};

const confidences = {
  A: 'guide and an independent program agree',
  B: 'guide or one working program',
  C: 'inferred, or sources in conflict',
} as const;

/** Text as code in a cell of a table; a vertical bar is escaped, since it would end the cell. */
const code = (text: string) =>
  text === '' ? '(empty line)' : `\`${text.replaceAll('|', String.raw`\|`).replaceAll('\r\n', '↵')}\``;

const replyOf = (command: Command, form: Form) => (form === 'list' ? command.listed : command.tagged);

function formLine(command: Command, form: Form, patterns: readonly CommandForm[]): string {
  const tagged = code(replyOf(command, form)?.template ?? '');
  const plain = form === 'query' ? code(command.bare?.template ?? '') : tagged;
  return `| ${form} | ${patterns.map(({ template }) => code(template)).join(' or ')} | ${plain} | ${tagged} |`;
}

const isGuess = (pattern: Patterns | undefined): boolean => typeof pattern === 'object' && 'guess' in pattern;

function guessesOf(protocol: Protocol, spec: CommandSpec): string[] {
  const patterns = [spec.tagged, spec.bare, spec.set, spec.act].filter(isGuess) as { guess: string }[];
  return patterns.flatMap(({ guess }) => {
    const known = protocol.personality.wire[guess];
    if (!known) return [];
    const others = known.others?.length ? ` Or: ${known.others.map(code).join(', ')}.` : '';
    return [`- guess \`${guess}\` = ${code(known.value)}: ${known.because}${others}`];
  });
}

const accessWords = ({ access, queryAccess }: CommandSpec, forms: readonly Form[]): string => {
  const asks = forms.some(isAsking) ? [`asked by ${queryAccess === 'admin' ? 'administrators' : 'users'}`] : [];
  const changes = forms.every(isAsking) ? [] : [`changed by ${access === 'admin' ? 'administrators' : 'users'}`];
  return [...asks, ...changes].join(', ');
};

function factsOf({ spec, busy, forms }: Command): string {
  const names = Object.keys(forms) as Form[];
  const changes = !names.every(isAsking);
  const busyWords = {
    allowed: 'allowed while recording',
    refused: `${busy} while recording`,
    'archive refused': `${busy} while recording, but for the confidence stream`,
  }[spec.whileRecording];
  const heard = spec.to === 'everyone' ? 'told to all' : 'told to the asker';
  const parts = [`**${spec.effect}**`, accessWords(spec, names), ...(changes ? [heard, busyWords] : [])];
  return `${parts.join(' · ')} · ${spec.confidence} (${spec.source})`;
}

const exampleOf = ([asks, answers, tagged]: CommandSpec['examples'][number]): string =>
  `${code(asks)} → ${code(answers)}${tagged === undefined ? '' : `, modes 2, 3: ${code(tagged)}`}`;

function section(protocol: Protocol, command: Command): string {
  const { spec } = command;
  const fields = Object.entries(command.codecs).map(
    ([name, codec]) => `- \`{${name}}\` ${codec.describe}${codec.code === 'E13' ? '' : `, else ${codec.code}`}`,
  );
  return [
    `### ${spec.id}`,
    '',
    `${spec.summary}. ${factsOf(command)}`,
    '',
    '| form | send | reply, modes 0, 1 | reply, modes 2, 3 |',
    '|---|---|---|---|',
    ...Object.entries(command.forms).map(([form, patterns]) => formLine(command, form as Form, patterns)),
    '',
    ...fields,
    ...guessesOf(protocol, spec),
    `- in words: ${usage(command).map(code).join(', ')}`,
    `- ${spec.examples.map(exampleOf).join('; ')}`,
    '',
  ].join('\n');
}

function summary(protocol: Protocol): string[] {
  const specs = [...protocol.commands.values()].map(({ spec }) => spec);
  const count = (test: (spec: CommandSpec) => boolean) => specs.filter(test).length;
  const effects = (['acts', 'kept', 'not applicable'] as const).map(
    (effect) => `${count((spec) => spec.effect === effect)} ${effect}`,
  );
  return [
    `${specs.length} rows: ${effects.join(', ')}. Confidence: ${(['A', 'B', 'C'] as const)
      .map((level) => `${count((spec) => spec.confidence === level)} ${level} (${confidences[level]})`)
      .join(', ')}.`,
  ];
}

const intro = `# SIS reference

Generated from the rows of \`lib/sis/families\` by \`node docs/generate.ts\`. Do not edit.

An escape command is \`ESC\` (or \`W\`), the text shown, and CR, LF or \`|\`; an immediate one is only its characters. Letters may
have any case; the text of parameters keeps it. \`␠\` is one space. Every reply line ends with CR LF (\`↵\` where a reply has several).
A number after a field's name is its digits in replies: \`{input:2}\` is \`03\`. In replies \`[…]\` is left out when empty.

Changes are answered alike in all verbose modes, and told to the other sessions in modes 1 and 3. Queries are answered bare in
modes 0 and 1, tagged in 2 and 3. *acts*: Amphi does it. *kept*: Amphi keeps and reports the value, and nothing else happens.
*not applicable*: there is no such hardware; the command is answered. The sources are listed in
[the facts](facts/smp351.md#4-sources).

`;

/** The page docs/sis-reference.md for a device, as Markdown. */
export function referencePage(protocol: Protocol): string {
  const errors = Object.entries(errorMeanings).map(([name, meaning]) => `| ${name} | ${meaning} |`);
  const parts = Object.entries(families).map(([family, rows]) => {
    const known = rows.map(({ id }) => protocol.commands.get(id)).filter((command) => command !== undefined);
    const title = titles[family as keyof typeof families];
    return [`## ${title}`, '', ...known.map((command) => section(protocol, command))].join('\n');
  });
  const notices = [...protocol.notices.values()].map(
    ({ spec, line }) =>
      `| ${spec.summary} | ${code(line.template)} | ${spec.examples.map(code).join(', ')} | ${spec.confidence} (${spec.source}) |`,
  );
  return [
    intro + summary(protocol).join('\n'),
    '',
    '## Refusals',
    '',
    '| code | meaning |',
    '|---|---|',
    ...errors,
    '',
    '## Lines said unasked (modes 1 and 3)',
    '',
    '| when | line | examples | confidence |',
    '|---|---|---|---|',
    ...notices,
    '',
    ...parts,
  ].join('\n');
}

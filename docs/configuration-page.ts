import { factoryWanted } from '#agent/device/initial-state.ts';
import { RECORDER_DEFAULTS } from '#agent/recorder/settings.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { documentOf } from '#firmware-config/document/document.ts';
import { inEnglish } from '#firmware-config/schema/key.ts';
import { sisRowsOf } from '#firmware-config/words/keys.ts';
import { configLeaves, type Leaf, type Schema } from '#firmware-config/words/leaves.ts';

const SECTIONS: readonly (readonly [string, RegExp])[] = [
  ['The box', /^(hall|listen|data|timeZone|ffmpeg\b.*|overlaysFolder)$/],
  ['The scheduler, where the file that the box is started with names none', /^scheduler\b/],
  ['Services', /^(?!device|recordings|hall|listen|data|timeZone|ffmpeg|overlaysFolder)/],
  ['Recordings', /^recordings\./],
  ['Inputs', /^device\.(inputs|routing)\./],
  ['Picture', /^device\.(layout$|swapped|muted|locale|noSignal|overlays)/],
  ['Sound', /^device\.audio\./],
  ['Encoders', /^device\.encoders\./],
  ['Streams', /^device\.(streams|pushes)\b/],
  ['Description', /^device\.metadata\./],
  ['Layouts: the one on show, and those saved under a number', /^device\.(shown|layouts)\b/],
  ['What the control protocol sets', /^device\.sis\.(?!presets)/],
  ['Presets', /^device\.sis\.presets\./],
  ['Everything else', /^device\./],
];

const code = (value: unknown): string => `\`${String(value)}\``;
const plain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
const isLimit = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < 1e12;

/** Range of a number in words. The limits of JavaScript's own numbers count as none. */
function numberRange({ type, minimum, maximum, exclusiveMinimum }: Schema): string {
  const low = exclusiveMinimum === undefined ? minimum : undefined;
  const above = exclusiveMinimum === undefined ? '' : `more than ${exclusiveMinimum}`;
  const kind = type === 'integer' ? 'whole number' : 'number';
  if (isLimit(low) && isLimit(maximum)) return `${kind}, ${low} to ${maximum}`;
  return [kind, above, isLimit(maximum) ? `at most ${maximum}` : ''].filter(Boolean).join(', ');
}

function lengthRange({ minLength, maxLength }: Schema): string {
  if (minLength !== undefined && maxLength !== undefined) return `text, ${minLength} to ${maxLength} characters`;
  return maxLength === undefined ? 'text' : `text, at most ${maxLength} characters`;
}

const TYPES: Record<string, string> = { boolean: '`true`, `false`', null: '`null`' };

function rangeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.const !== undefined) return code(schema.const);
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (alternatives.length > 0) return alternatives.map(rangeOf).join(', ');
  if (schema.type === 'integer' || schema.type === 'number') return numberRange(schema);
  return schema.type === 'string' ? lengthRange(schema) : (TYPES[schema.type ?? ''] ?? 'anything');
}

/** Type and range of a key in words, with its unit. */
export function rangeWords({ schemas, words }: Leaf): string {
  const { form, unit } = words ?? {};
  const range = form ? inEnglish(form) : [...new Set(schemas.map(rangeOf))].join(', ');
  return unit ? `${range} ${inEnglish(unit)}` : range;
}

const at = (root: unknown, key: string): unknown =>
  key
    .split('.')
    .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name === 'N' ? '1' : name], root);

/** Default of a key that the file does not set; undefined if there is none. */
export function standardOf({ key, schemas }: Leaf): unknown {
  const { maxFileBytes, disk, ...recorder } = RECORDER_DEFAULTS;
  const recordings = { ...recorder, ...disk, maxFileMB: maxFileBytes / 2 ** 20 };
  const value =
    schemas[0]?.default ?? at({ ...documentOf(factoryWanted(factoryLayouts), factoryLayouts), recordings }, key);
  return plain(value) || value === null ? value : undefined;
}

function standardWords(leaf: Leaf): string {
  const { standard } = leaf.words ?? {};
  if (standard !== undefined) return standard;
  const value = standardOf(leaf);
  return value === undefined ? '-' : value === '' ? 'empty' : code(value);
}

const line = (leaf: Leaf): string => {
  const rows = sisRowsOf(leaf.key).map(code).join(', ');
  return `| ${code(leaf.key)} | ${leaf.words?.en ?? ''} | ${rangeWords(leaf)} | ${standardWords(leaf)} | ${rows} |`;
};

const HEAD = `# Every key of the configuration

Made by \`node docs/generate.ts\` from the rows of \`firmware-config/schema\`. How the file is used, and a full example:
[configuration.md](configuration.md).

\`N\` stands for a number or a name, \`[]\` for an item of a list. A default of \`-\` means not set. The last column has the rows of the
[control protocol](sis-reference.md) that set the key while the box runs.

Keys under \`device\` and \`scheduler\`, and \`hall\`, can be [set remotely](fleet.md); the others belong to the machine.`;

/** Text of `docs/configuration-reference.md`. */
export function configurationPage(): string {
  const leaves = configLeaves;
  const taken = new Set<Leaf>();
  const sections = SECTIONS.map(([title, pattern]) => {
    const mine = leaves.filter((leaf) => !taken.has(leaf) && pattern.test(leaf.key));
    for (const leaf of mine) taken.add(leaf);
    return mine.length === 0
      ? []
      : [
          `## ${title}`,
          '',
          '| key | what | type, range | default | rows |',
          '|---|---|---|---|---|',
          ...mine.map(line),
          '',
        ];
  });
  return `${[HEAD, '', ...sections.flat()].join('\n').trimEnd()}\n`;
}

import { factoryWanted } from '#agent/device/initial-state.ts';
import { RECORDER_DEFAULTS } from '#agent/recorder/settings.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { documentOf } from '#firmware-config/document/document.ts';
import { sisRowsOf, wordsOf } from '#firmware-config/words/keys.ts';
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

/** Whole numbers whose limits nobody said have those of the language. */
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

/** Of one key: type and range, with the unit. */
export function rangeWords({ key, schemas }: Leaf): string {
  const { form, unit } = wordsOf(key) ?? {};
  const range = form ?? [...new Set(schemas.map(rangeOf))].join(', ');
  return unit ? `${range} ${unit}` : range;
}

const at = (root: unknown, key: string): unknown =>
  key
    .split('.')
    .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name === 'N' ? '1' : name], root);

/** What holds where nothing is said, or undefined where that is nothing. */
export function standardOf({ key, schemas }: Leaf): unknown {
  const { maxFileBytes, disk, ...recorder } = RECORDER_DEFAULTS;
  const recordings = { ...recorder, ...disk, maxFileMB: maxFileBytes / 2 ** 20 };
  const value =
    schemas[0]?.default ?? at({ ...documentOf(factoryWanted(factoryLayouts), factoryLayouts), recordings }, key);
  return plain(value) || value === null ? value : undefined;
}

function standardWords(leaf: Leaf): string {
  const { standard } = wordsOf(leaf.key) ?? {};
  if (standard !== undefined) return standard;
  const value = standardOf(leaf);
  return value === undefined ? '-' : value === '' ? 'empty' : code(value);
}

const line = (leaf: Leaf): string => {
  const rows = sisRowsOf(leaf.key).map(code).join(', ');
  return `| ${code(leaf.key)} | ${wordsOf(leaf.key)?.what ?? ''} | ${rangeWords(leaf)} | ${standardWords(leaf)} | ${rows} |`;
};

const HEAD = `# Every key of the configuration

Made by \`node docs/generate.ts\` from the schema and \`firmware-config/keys.ts\`. How the file is used, and a full example:
[configuration.md](configuration.md).

\`N\` stands for a number or a name, \`[]\` for one of a list. A default of \`-\` is: not set. The last column has the rows of the
[control protocol](sis-reference.md) that set the key while the box runs.

What is under \`device\` and \`scheduler\`, and \`hall\`, can be [set from afar](fleet.md); the rest belongs to the machine.`;

/** The page, whole. */
export function configurationPage(): string {
  const leaves = configLeaves();
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

import { CATALOGUE } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import type { CatalogueRow } from '#lib/opencast/workflows/catalogue/catalogue-row.ts';
import type { Definition } from '#lib/opencast/workflows/definition.ts';
import { shippedDefinitions } from '#central/workflows/shipped-definitions.ts';
import { drawWorkflow } from './workflow-pictures.ts';

const shipped = shippedDefinitions();
const definitionNamed = (id: string): Definition | undefined =>
  shipped.find(({ definition }) => definition.id === id)?.definition;
/** Definitions that people start; the others are parts of them. */
const whole = shipped.filter(({ definition }) => definition.tags.length > 0);

/** Pictures of all definitions that people start: the name of the file, and the SVG. */
export const workflowPictures = (): { name: string; text: string }[] =>
  whole.map(({ definition }) => ({
    name: `workflow-${definition.id}.svg`,
    text: drawWorkflow(definition, definitionNamed),
  }));

const PICTURES = /(<!-- pictures -->\n)[\s\S]*?(<!-- end of pictures -->)/;

/** The page about workflows with a chapter for each definition between its two marks. Throws without the marks. */
export function withPictures(page: string): string {
  if (!PICTURES.test(page)) throw new Error('docs/workflows.md has no marks for its pictures');
  const chapters = whole.map(chapterOf).join('\n\n');
  return page.replace(PICTURES, (_, begin: string, end: string) => `${begin}\n${chapters}\n\n${end}`);
}

function chapterOf({ file, definition: { id, title, description, tags, panel } }: (typeof whole)[number]): string {
  const fields = panel.fields.map(({ name, label, defaultValue }) => `\`${name}\` (${label}; ${defaultValue})`);
  return [
    `### ${id}`,
    `*${title}*, [${file}](../central/workflows/shipped/${file}). ${description}`,
    `Offered at: ${tags.join(', ')}.${fields.length > 0 ? ` To set: ${fields.join(', ')}.` : ''}`,
    `![Steps of ${id}](images/workflow-${id}.svg)`,
  ].join('\n\n');
}

/** Reference of all operations that are known, with their keys. */
export function operationsPage(): string {
  const head = [
    '# Operations of workflows',
    'Made by `node docs/generate.ts` from `lib/opencast/workflows/catalogue`. Names and keys are those of Opencast. What workflows are: [workflows.md](workflows.md).',
    'A key that selects sources may have a list with commas. `N` stands for a number. Values may have variables: `${name}`, `${name:default}`.',
  ];
  return `${[...head, ...CATALOGUE.map(sectionOf)].join('\n\n')}\n`;
}

function sectionOf({ id, aliases, help, keys, anyKey }: CatalogueRow): string {
  const older = aliases.length > 0 ? ` Also written ${aliases.map((name) => `\`${name}\``).join(', ')}.` : '';
  const rows = keys.map(
    ({ name, type, help: about, required, default: or }) =>
      `| \`${name}\` | ${type.name} | ${inCell(about)} | ${required ? 'needed' : or === undefined ? '' : `\`${or}\``} |`,
  );
  if (anyKey !== undefined) rows.push(`| any other | text | ${anyKey} | |`);
  const table = ['| key | type | what | default |', '|---|---|---|---|', ...rows].join('\n');
  return [`## ${id}`, `${help}${older}`, rows.length > 0 ? table : 'It has no keys.'].join('\n\n');
}

const inCell = (text: string): string => text.replaceAll('|', String.raw`\|`).replaceAll('*', String.raw`\*`);

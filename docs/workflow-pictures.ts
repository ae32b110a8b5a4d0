import { graphOf, type Graph } from '#lib/opencast/workflows/graph.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import type { Definition, OperationDefinition } from '#lib/opencast/workflows/definition.ts';
import { escapedXml } from '#lib/opencast/xml/xml-write.ts';
import { withIncludes } from '#lib/opencast/workflows/includes.ts';

/** Sizes in pixels. */
const BOX = { width: 184, height: 44 };
const GAP = { across: 44, down: 14 };
const MARGIN = 12;
/** Letters of a line in a box; a longer line is cut short. */
const LETTERS = 27;

interface Placed {
  operation: OperationDefinition;
  column: number;
  row: number;
}

/** Picture of a definition's steps, with those that it includes: who waits for whom, from left to right. */
export function drawWorkflow(definition: Definition, find: (id: string) => Definition | undefined): string {
  const { operations } = withIncludes(definition, find);
  const graph = graphOf({ operations }, openCatalogue());
  const placed = placesOf(operations, graph);
  const columns = Math.max(0, ...placed.map(({ column }) => column)) + 1;
  const rows = Math.max(0, ...placed.map(({ row }) => row)) + 1;
  const width = 2 * MARGIN + columns * (BOX.width + GAP.across) - GAP.across;
  const height = 2 * MARGIN + rows * (BOX.height + GAP.down) - GAP.down;
  const lines = graph.operations.flatMap(({ needs, later }, at) => [
    ...needs.map(({ on }) => lineBetween(placed[on], placed[at], '')),
    ...later.map(({ on }) => lineBetween(placed[on], placed[at], ' stroke-dasharray="2 4"')),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif">`,
    `<title>${escapedXml(definition.id)}: ${escapedXml(definition.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<g fill="none" stroke="#7a8794" stroke-width="1.5">${lines.join('')}</g>`,
    ...placed.map(boxOf),
    '</svg>\n',
  ].join('\n');
}

/** The column of each operation is one after the last it waits for; in a column the order is that of what they wait for. */
function placesOf(operations: readonly OperationDefinition[], { operations: nodes }: Graph): Placed[] {
  const columns: number[] = [];
  for (const { needs, later } of nodes)
    columns.push(Math.max(-1, ...[...needs, ...later].map(({ on }) => columns[on] ?? 0)) + 1);
  const rows: number[] = operations.map(() => 0);
  for (let column = 0; column <= Math.max(0, ...columns); column += 1) {
    const inColumn = operations.map((_, at) => at).filter((at) => columns[at] === column);
    const meanRow = (at: number): number => {
      const before = nodes[at]?.needs.map(({ on }) => rows[on] ?? 0) ?? [];
      return before.length === 0 ? 0 : before.reduce((sum, row) => sum + row, 0) / before.length;
    };
    for (const [row, at] of inColumn.toSorted((a, b) => meanRow(a) - meanRow(b) || a - b).entries()) rows[at] = row;
  }
  return operations.map((operation, at) => ({ operation, column: columns[at] ?? 0, row: rows[at] ?? 0 }));
}

const cornerOf = ({ column, row }: Placed): { x: number; y: number } => ({
  x: MARGIN + column * (BOX.width + GAP.across),
  y: MARGIN + row * (BOX.height + GAP.down),
});

function lineBetween(from: Placed | undefined, to: Placed | undefined, style: string): string {
  if (!from || !to) return '';
  const [start, end] = [cornerOf(from), cornerOf(to)];
  const [x1, y1, x2, y2] = [start.x + BOX.width, start.y + BOX.height / 2, end.x, end.y + BOX.height / 2];
  const bend = GAP.across / 2;
  return `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"${style}/>`;
}

function boxOf(placed: Placed): string {
  const { operation } = placed;
  const { x, y } = cornerOf(placed);
  const border = operation.failOnError ? '' : ' stroke-dasharray="5 3"';
  const rect = `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${fillOf(operation)}" stroke="#3b4752"${border}/>`;
  const id = `<text x="${x + 8}" y="${y + 18}" font-size="13" font-weight="bold" fill="#17202a">${escapedXml(operation.id)}</text>`;
  const about = `<text x="${x + 8}" y="${y + 34}" font-size="11" fill="#3b4752">${escapedXml(short(operation.description))}</text>`;
  return `<g>${tooltipOf(operation)}${rect}${id}${about}</g>`;
}

const short = (text: string): string => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

/** Colours: what people see, what waits for a person, what is done only under a condition, anything else. */
function fillOf({ id, when, configurations }: OperationDefinition): string {
  if (id.startsWith('publish')) return '#d6f0dd';
  if (configurations.some(({ key, value }) => key === 'interactive' && value === 'true')) return '#fde2c8';
  return when.length > 0 ? '#eef0fb' : '#f4f6f8';
}

function tooltipOf({ description, when }: OperationDefinition): string {
  const conditions = when.map(({ text, unless }) => `${unless ? 'unless' : 'if'} ${text}`);
  return `<title>${escapedXml([description, ...conditions].join('; '))}</title>`;
}

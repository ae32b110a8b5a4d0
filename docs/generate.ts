import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TAGS } from '#agent/web/http/route.ts';
import { apiRoutes } from '#agent/web/routes/all.ts';
import { swisReference } from '#agent/web/swis/reference.ts';
import { readPersonality } from '#lib/sis/personality.ts';
import { openProtocol } from '#lib/sis/protocol.ts';
import { referencePage } from '#lib/sis/reference.ts';
import { readTree } from '#test/laws/tree.ts';
import { configurationPage } from './configuration-page.ts';
import { roomsOf, withImports, withRoomTable } from './rooms.ts';
import { drawStyleGuide } from './style-guide.ts';
import { operationsPage, withPictures, workflowPictures } from './workflow-pages.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Generated pages of this folder: path and text. */
export function generatedPages(): { path: string; text: string }[] {
  const personality: unknown = JSON.parse(readFileSync(at('../firmware-config/smp351/personality.json'), 'utf8'));
  const protocol = openProtocol(readPersonality(personality));
  return [
    { path: at('sis-reference.md'), text: referencePage(protocol) },
    { path: at('api-reference.md'), text: apiPage() },
    { path: at('swis-reference.md'), text: swisReference(protocol.personality) },
    { path: at('design.svg'), text: drawStyleGuide() },
    { path: at('configuration-reference.md'), text: configurationPage() },
    { path: at('workflow-operations.md'), text: operationsPage() },
    { path: at('workflows.md'), text: withPictures(readFileSync(at('workflows.md'), 'utf8')) },
    ...workflowPictures().map(({ name, text }) => ({ path: at(`images/${name}`), text })),
    ...pagesAboutRooms(),
  ];
}

/** README of each room, and the table of rooms in the architecture, with what the law of imports says. */
function pagesAboutRooms(): { path: string; text: string }[] {
  const tree = readTree();
  const readmes = roomsOf(tree).flatMap((room) => {
    const text = tree.get(`${room}/README.md`);
    return text === undefined ? [] : [{ path: at(`../${room}/README.md`), text: withImports(text, room) }];
  });
  const architecture = readFileSync(at('architecture.md'), 'utf8');
  return [...readmes, { path: at('architecture.md'), text: withRoomTable(architecture, tree) }];
}

/** Page of the HTTP API: one line for each request. */
function apiPage(): string {
  const sections = Object.entries(TAGS).map(([tag, about]) => {
    const rows = apiRoutes
      .filter((route) => route.tag === tag)
      .map(({ method, path, summary, access }) => `| ${method} | \`${path}\` | ${summary} | ${access} |`);
    return [`## ${tag}`, about, ['| | below `/api/v1` | | for |', '|---|---|---|---|', ...rows].join('\n')].join(
      '\n\n',
    );
  });
  const head = 'Made by `node docs/generate.ts` from `agent/web/routes`. How to call it: [api.md](api.md).';
  return `${['# What can be asked over HTTP', head, ...sections].join('\n\n')}\n`;
}

function isFresh(page: { path: string; text: string }): boolean {
  try {
    return readFileSync(page.path, 'utf8') === page.text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Writes the pages (`node docs/generate.ts`). With `--check` it only tells which are out of date, and fails if any is.
 */
function main(args: readonly string[]): void {
  const stale = generatedPages().filter((page) => !isFresh(page));
  if (args.includes('--check')) {
    for (const { path } of stale) console.error(`stale: ${path} (node docs/generate.ts)`);
    process.exitCode = stale.length === 0 ? 0 : 1;
    return;
  }
  for (const { path, text } of stale) writeFileSync(path, text);
}

if (import.meta.main) main(process.argv.slice(2));

import { join } from 'node:path';
import { writeFileAtomically } from '@amphi/lib/runtime/files.ts';
import { eventNamed } from '../../../catalogue/events.ts';
import { recordedPackage } from '../../../catalogue/media-package.ts';
import { seriesNamed } from '../../../catalogue/series.ts';
import type { FileRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { allowedFolder } from '../allowed-folder.ts';
import { packageText, runText } from './log-state.ts';

type Needs = Pick<OperationNeeds, 'database' | 'copyFolders'>;

/** A text that is logged, and the end of the name of its file. */
interface Logged {
  name: string;
  text: string;
}

/** Lines that are written to the log of the operation; of more it is said that they are left out. */
const MOST_LINES = 500;
/** Characters of a line of the log; a longer one is written as several. */
const LINE = 1800;

/**
 * `log`: writes the media package and the state of the run as they are now, into the log of the operation, or as files into a
 * folder that the configuration allows.
 */
export const log = (needs: Needs): Operation => ({
  id: 'log',
  weight: 'light',
  async run(context) {
    const texts = await textsOf(needs, context);
    const directory = context.keys.text('directory');
    if (directory === undefined) for (const one of texts) toLog(context, one);
    else {
      const folders = needs.copyFolders ?? [];
      await toFolder(context, await allowedFolder(directory, folders, () => notAllowed(directory, folders)), texts);
    }
    return { kind: 'done' };
  },
});

const PIECES = new RegExp(`.{1,${LINE}}`, 'gu');

function toLog({ log: tell }: OperationContext, { name, text }: Logged): void {
  const lines = text.split('\n').flatMap((line) => line.match(PIECES) ?? ['']);
  tell(`${name}:`);
  for (const line of lines.slice(0, MOST_LINES)) tell(line);
  if (lines.length > MOST_LINES) tell(`${lines.length - MOST_LINES} lines more are left out`, 'warning');
}

async function toFolder({ workflow, position, log: tell }: OperationContext, folder: string, texts: readonly Logged[]) {
  for (const { name, text } of texts) {
    const path = join(folder, `workflow-${workflow.id}-${position}-${name}`);
    await writeFileAtomically(path, text).catch((error: Error) => {
      throw new OperationFailed(`log: ${path} cannot be written: ${error.message}`);
    });
    tell(`written: ${path}`);
  }
}

function notAllowed(directory: string, folders: readonly string[]): OperationFailed {
  const which = folders.length > 0 ? `these may be written to: ${folders.join(', ')}` : 'no folder may be written to';
  return new OperationFailed(`log: ${directory} is not allowed by the configuration; ${which}`);
}

/** What the keys ask for; without any the media package as JSON. */
async function textsOf({ database }: Needs, { keys, workflow, elements }: OperationContext): Promise<Logged[]> {
  const forms = (what: string): ('xml' | 'json')[] =>
    (['xml', 'json'] as const).filter((form) => keys.flag(`${what}-${form}`) || keys.text(`${what}-type`) === form);
  const [ofPackage, ofRun] = [forms('mediapackage'), forms('workflowinstance')];
  const isUsual = !keys.all().some(([key, value]) => key !== 'directory' && value.trim() !== '');
  const event = await eventNamed(database, workflow.event);
  const row = await database.selectFrom('workflows').selectAll().where('id', '=', workflow.id).executeTakeFirst();
  if (!event || !row) throw new OperationFailed(`there is no event ${workflow.event} any more`);
  const series = event.series === null ? undefined : await seriesNamed(database, event.series);
  const files = elements.map((one): FileRow => ({ ...one, event: event.id, version: workflow.version }));
  const mediaPackage = recordedPackage(event, series, files, '');
  const operations = await database
    .selectFrom('workflow_operations')
    .selectAll()
    .where('workflow', '=', workflow.id)
    .orderBy('position')
    .execute();
  return [
    ...(isUsual ? (['json'] as const) : ofPackage).map((form) => ({
      name: `mediapackage.${form}`,
      text: packageText(mediaPackage, form),
    })),
    ...ofRun.map((form) => ({ name: `workflow.${form}`, text: runText({ workflow: row, operations }, form) })),
  ];
}

import { stat } from 'node:fs/promises';
import { OperationFailed, type Operation } from '../../run/operation.ts';
import { sourcesOrAll } from '../selecting.ts';

/**
 * `ingest-download`: makes sure that all files lie in the media folder. What a recorder names by an address is fetched before its
 * recording becomes a version, so there is nothing left to fetch; a file that is missing or has another size fails the operation.
 */
export const ingestDownload = (): Operation => ({
  id: 'ingest-download',
  weight: 'light',
  async run(context) {
    const { keys, log, pathOf } = context;
    const chosen = sourcesOrAll(context, keys.flag('tags-and-flavors') ? 'and' : 'or');
    if (chosen.length === 0) return { kind: 'skip', why: 'nothing has these flavors or tags' };
    if (keys.flag('delete-external'))
      log('delete-external: what lies with other hosts stays there; nothing of it is deleted');
    const wrong: string[] = [];
    for (const element of chosen) {
      const size = await stat(await pathOf(element)).then(
        (known) => known.size,
        () => undefined,
      );
      if (size === undefined) wrong.push(`${element.file_name} (${element.flavor}) is not there`);
      else if (size !== element.size_bytes)
        wrong.push(`${element.file_name} (${element.flavor}) has ${size} bytes, not ${element.size_bytes}`);
    }
    if (wrong.length > 0)
      throw new OperationFailed(`files of the recording are missing: ${wrong.slice(0, 10).join('; ')}`);
    log(`all ${chosen.length} files are there`);
    return { kind: 'done' };
  },
});

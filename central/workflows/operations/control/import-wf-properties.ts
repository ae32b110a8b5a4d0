import { readFile, stat } from 'node:fs/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { troubleInText } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { readProperties } from '@amphi/lib/opencast/profiles/properties.ts';
import { OperationFailed, type Operation } from '../../run/operation.ts';
import { selectedBy } from '../selecting.ts';

/** Bytes of a file of variables; a longer one is refused. Reading so many takes a few milliseconds. */
const MOST_BYTES = 64 << 10;

/** `import-wf-properties`: sets variables from a file of the event, which `export-wf-properties` may have written. */
export const importWfProperties = (): Operation => ({
  id: 'import-wf-properties',
  weight: 'light',
  async run(context) {
    const { keys, pathOf } = context;
    keys.needed('source-flavor');
    const [file] = selectedBy(context, { flavors: ['source-flavor'] }).filter(({ kind }) => kind !== 'track');
    if (!file) return { kind: 'skip', why: `there is no file of the flavor ${keys.text('source-flavor')}` };
    const path = await pathOf(file);
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      throw new OperationFailed(`${file.file_name} has ${size} bytes: a file of variables has ${MOST_BYTES} at most`);
    const wanted = new Set(keys.list('keys'));
    const all = readProperties(textOfBytes(await readFile(path)));
    const read = all.filter(({ key }) => key !== '' && (wanted.size === 0 || wanted.has(key)));
    for (const { key, value, line } of read) {
      const trouble = troubleInText(`${key}=${value}`);
      if (trouble) throw new OperationFailed(`${file.file_name}, line ${line}: ${trouble}`);
    }
    if (read.length === 0) return { kind: 'skip', why: `${file.file_name} has none of these variables` };
    return { kind: 'done', variables: new Map(read.map(({ key, value }) => [key, value])) };
  },
});

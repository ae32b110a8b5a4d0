import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProperties } from '@amphi/lib/opencast/profiles/properties.ts';
import type { Operation } from '../../run/operation.ts';

/** Name of the file. */
const FILE = 'workflow.properties';

/** `export-wf-properties`: writes variables of the run into a file of the event, for `import-wf-properties`. */
export const exportWfProperties = (): Operation => ({
  id: 'export-wf-properties',
  weight: 'light',
  async run({ keys, variables, folder, take }) {
    const flavor = keys.needed('target-flavor');
    const wanted = new Set(keys.list('keys'));
    const written = [...variables].filter(([name]) => wanted.size === 0 || wanted.has(name));
    if (written.length === 0) return { kind: 'skip', why: 'none of these variables has a value' };
    await writeFile(join(await folder(), FILE), formatProperties(written));
    const file = await take({ file: FILE, kind: 'attachment', flavor, tags: keys.list('target-tags') });
    return { kind: 'done', added: [file] };
  },
});

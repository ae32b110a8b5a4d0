import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';
import { readDefinition } from '@amphi/lib/opencast/workflows/read-definition.ts';

/** Folder of the definitions that come with the server. */
export const SHIPPED = join(import.meta.dirname, 'shipped');

/** A definition that comes with the server, and the name of its file. */
export interface ShippedDefinition {
  file: string;
  definition: Definition;
}

/** All definitions that come with the server, by the names of their files. Throws if one has a mistake. */
export const shippedDefinitions = (): ShippedDefinition[] =>
  readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => {
      const read = readDefinition(readFileSync(join(SHIPPED, file), 'utf8'));
      if ('definition' in read) return { file, definition: read.definition };
      throw new Error(`${file}: ${read.mistakes.map(({ line, what }) => `line ${line}: ${what}`).join('; ')}`);
    });

import { openTurns } from '@amphi/lib/runtime/turns.ts';

/** Answers with many results: the server pauses between results, so that a long answer does not delay others. */

/** Writes each result as a text. */
export async function eachAsText<T>(all: readonly T[], write: (one: T) => string): Promise<string[]> {
  const turns = openTurns();
  const texts: string[] = [];
  for (const one of all) {
    texts.push(write(one));
    await turns.over();
  }
  return texts;
}

/** Adds elements that are already written at the end of the document element. */
export function withChildren(document: string, children: readonly string[]): string {
  const [, name] = /<([\w:.-]+)[^<>]*\/>$/.exec(document) ?? [];
  if (name !== undefined) return `${document.slice(0, -2)}>${children.join('')}</${name}>`;
  const end = document.lastIndexOf('</');
  return `${document.slice(0, end)}${children.join('')}${document.slice(end)}`;
}

/**
 * Adds a member that is already written at the end of the innermost object of a JSON text, which ends with `closing`:
 * `}` or `}}`.
 */
export function withMember(json: string, closing: string, name: string, value: string): string {
  const head = json.slice(0, -closing.length);
  return `${head}${head.endsWith('{') ? '' : ','}${JSON.stringify(name)}:${value}${closing}`;
}

/**
 * Several values as JSON that is made from XML: one value is no list; undefined: there is none (facts/opencast 1.1).
 */
export function listText(values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  return values.length === 1 ? values[0] : `[${values.join(',')}]`;
}

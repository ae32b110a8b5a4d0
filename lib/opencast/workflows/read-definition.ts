import type { Definition, StateMapping } from './definition.ts';
import { openMistakes, quoted, UnreadableDefinition, type Mistake, type Mistakes } from './mistakes.ts';
import { joinedFields, type Panel, type PanelField } from './panel.ts';
import { parseHtmlPanel } from './panel-html.ts';
import { PanelError, parseJsonPanel } from './panel-json.ts';
import { isEmpty, openNamedParts, type Part, type NamedParts } from './part.ts';
import { operationsOf } from './read-operations.ts';
import { parseXmlParts } from './xml-parts.ts';
import { parseYamlParts } from './yaml-parts.ts';

/** Number of characters of a definition's file; a longer one is refused. Those of Opencast have at most 23,000. */
const LONGEST = 128 * 1024;
/** Number of tags, and of roles; further ones are a mistake. */
const MOST_NAMES = 100;
/** Id of a definition. */
const ID = /^[\w.-]{1,128}$/;

/** A definition that was read, or its mistakes in the order of their lines. */
export type DefinitionRead = { definition: Definition } | { mistakes: readonly Mistake[] };

const KEYS: readonly string[] = [
  'id',
  'title',
  'organization',
  'roles',
  'tags',
  'displayOrder',
  'description',
  'configuration_panel',
  'configuration_panel_json',
  'state-mappings',
  'operations',
];

/**
 * Reads a definition of Opencast, in YAML or XML (facts/opencast 3.7); a text that begins with `<` is XML. Gives all
 * mistakes at once, each with its line and what would be right.
 */
export function readDefinition(text: string): DefinitionRead {
  const mistakes = openMistakes();
  const definition = definitionIn(text, mistakes);
  const found = mistakes.list();
  return found.length > 0 || definition === undefined ? { mistakes: found } : { definition };
}

function definitionIn(text: string, mistakes: Mistakes): Definition | undefined {
  try {
    if (text.length > LONGEST) throw new UnreadableDefinition(1, `the file is longer than ${LONGEST} characters`);
    return definitionOf(/^\s*<[?!\w]/.test(text) ? parseXmlParts(text) : parseYamlParts(text), mistakes);
  } catch (error) {
    if (!(error instanceof UnreadableDefinition)) throw error;
    mistakes.add(error.line, error.message);
    return undefined;
  }
}

function definitionOf(root: Part, mistakes: Mistakes): Definition {
  if (root.kind !== 'map')
    throw new UnreadableDefinition(root.line, 'a definition must have keys: id, title, operations');
  const reader = openNamedParts(root, 'a definition', KEYS, mistakes);
  const organization = reader.text('organization');
  const definition = {
    id: idOf(reader, root.line, mistakes),
    title: reader.text('title') ?? '',
    description: reader.text('description') ?? '',
    ...(organization === undefined ? {} : { organization }),
    roles: reader.texts('roles', MOST_NAMES),
    tags: reader.texts('tags', MOST_NAMES),
    displayOrder: orderOf(reader, mistakes),
    panel: panelOf(reader, mistakes),
    stateMappings: mappingsOf(reader.part('state-mappings'), mistakes),
    operations: operationsOf(reader.part('operations'), root.line, mistakes),
  };
  return { ...definition, title: definition.title || definition.id };
}

function idOf(reader: NamedParts, line: number, mistakes: Mistakes): string {
  const id = reader.text('id');
  if (id === undefined) mistakes.add(line, 'id is missing: the name by which the workflow is started');
  else if (!ID.test(id))
    mistakes.add(reader.part('id')?.line ?? line, `id must be letters, digits, - _ and ., not ${quoted(id)}`);
  return id ?? '';
}

function orderOf(reader: NamedParts, mistakes: Mistakes): number {
  const text = reader.text('displayOrder') ?? '0';
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  mistakes.add(reader.part('displayOrder')?.line ?? 1, `displayOrder must be a whole number, not ${quoted(text)}`);
  return 0;
}

function panelOf(reader: NamedParts, mistakes: Mistakes): Panel {
  const html = reader.text('configuration_panel');
  const json = reader.text('configuration_panel_json');
  const fieldsOf = (name: string, text: string | undefined, parse: (text: string) => PanelField[]): PanelField[] => {
    const part = reader.part(name);
    if (text === undefined || part === undefined) return [];
    // The value's own line: a panel is written below its key, in YAML and, where it begins with a line end, in XML.
    const below = part.text.length - part.text.trimStart().length;
    const line = part.line + part.text.slice(0, below).split('\n').length - 1;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof PanelError)) throw error;
      mistakes.add(line + error.line - 1, `${name}: ${error.message}`);
      return [];
    }
  };
  const fields = joinedFields([
    ...fieldsOf('configuration_panel_json', json, parseJsonPanel),
    ...fieldsOf('configuration_panel', html, parseHtmlPanel),
  ]);
  return { ...(html === undefined ? {} : { html }), ...(json === undefined ? {} : { json }), fields };
}

/** Mappings as `- running: WORDS`, `- state: running` with `value: WORDS`, or `running: WORDS`. */
function mappingsOf(part: Part | undefined, mistakes: Mistakes): StateMapping[] {
  if (part === undefined || isEmpty(part)) return [];
  if (part.kind === 'text') mistakes.add(part.line, 'state-mappings must be a list');
  if (part.parts.length > MOST_NAMES) mistakes.add(part.line, `there are more than ${MOST_NAMES} state-mappings`);
  return part.parts.slice(0, MOST_NAMES).flatMap((one) => {
    if (one.kind === 'text') return [{ state: one.name, value: one.text.trim() }];
    const named = new Map(one.parts.map(({ name, text }) => [name, text.trim()]));
    if (named.has('state')) return [{ state: named.get('state') ?? '', value: named.get('value') ?? '' }];
    return one.parts.map(({ name, text }) => ({ state: name, value: text.trim() }));
  });
}

import { publicationsOf } from '../../../catalogue/published/publications.ts';
import type { ElementKind, ElementRow } from '../../../store/tables.ts';
import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { sourcesOrAll } from '../selecting.ts';

/** Kinds of elements, as variables name them. */
const TYPES: Readonly<Record<ElementKind, string>> = { track: 'Track', catalog: 'Catalog', attachment: 'Attachment' };

/** `analyze-mediapackage`: sets variables about the elements that there are, and about what is published. */
export const analyzeMediaPackage = ({ database }: Pick<OperationNeeds, 'database'>): Operation => ({
  id: 'analyze-mediapackage',
  weight: 'light',
  async run(context) {
    const { keys, workflow, log } = context;
    const found = sourcesOrAll(context);
    const variables = new Map(keys.flag('set-flavor-variables') ? found.flatMap(ofFlavor) : []);
    if (keys.flag('set-tag-variables')) for (const name of found.flatMap(ofTags)) variables.set(name, 'true');
    if (keys.flag('set-publication-variables'))
      for (const { channel } of await publicationsOf(database, [workflow.event]))
        variables.set(`publication_${channel.replaceAll('-', '_')}_exists`, 'true');
    if (variables.size === 0) return { kind: 'skip', why: 'nothing has these flavors or tags' };
    for (const [name, value] of variables) log(`${name}=${value}`);
    return { kind: 'done', variables };
  },
});

/** Beginning of the variables about a flavor: `presenter_source`. */
const nameOf = ({ flavor }: ElementRow): string => flavor.replace('/', '_');

const ofFlavor = (element: ElementRow): [name: string, value: string][] => [
  [`${nameOf(element)}_exists`, 'true'],
  [`${nameOf(element)}_type`, TYPES[element.kind]],
  [`${nameOf(element)}_filename`, element.file_name],
];

const ofTags = (element: ElementRow): string[] => element.tags.map((tag) => `${nameOf(element)}_hastag_${tag}`);

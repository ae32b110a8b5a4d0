import { fieldTypeOf, joinedFields, LONGEST_PANEL, MOST_FIELDS, type PanelField } from './panel.ts';
import { PanelError } from './panel-json.ts';

const TAG = /<(\/?)([a-z][a-z0-9]{0,20})((?:\s[^<>]{0,2000})?)>/gi;
const ATTRIBUTE = /([a-z][a-z-]{0,40})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi;
/** Number of characters after a field in which its words are looked for. */
const NEAR = 400;

interface Tag {
  name: string;
  ends: boolean;
  attributes: ReadonlyMap<string, string>;
  /** Place of the first character after the tag. */
  after: number;
  before: number;
}

/**
 * Reads the fields of a panel in HTML: those with a name or an id and the class `configField`, which alone become
 * variables. Scripts, styles and comments are skipped. Throws a `PanelError` for a panel beyond a limit.
 */
export function parseHtmlPanel(html: string): PanelField[] {
  if (html.length > LONGEST_PANEL) throw new PanelError(1, `the panel is longer than ${LONGEST_PANEL} characters`);
  const text = withoutPrograms(html);
  const tags = [...text.matchAll(TAG)].map(tagOf);
  const labels = labelsIn(text, tags);
  const found = tags.flatMap((tag, index) => fieldsOf(tag, { text, tags, index, labels }));
  if (found.length > MOST_FIELDS) throw new PanelError(1, `the panel has more than ${MOST_FIELDS} fields`);
  return joinedFields(found);
}

/** The text without comments, scripts and styles, also such that do not end. */
function withoutPrograms(html: string): string {
  const kept: string[] = [];
  const small = html.toLowerCase();
  let from = 0;
  const begins = /<!--|<(script|style)\b/gi;
  for (let found = begins.exec(html); found; found = begins.exec(html)) {
    kept.push(html.slice(from, found.index));
    const end = found[1] === undefined ? '-->' : `</${found[1].toLowerCase()}>`;
    const at = small.indexOf(end, found.index);
    if (at < 0) return kept.join(' ');
    from = at + end.length;
    begins.lastIndex = from;
  }
  kept.push(html.slice(from));
  return kept.join(' ');
}

function tagOf(found: RegExpExecArray): Tag {
  const [whole, slash, name = '', attributes = ''] = found;
  const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', double, single, plain]): [string, string] => [
    key.toLowerCase(),
    wordsIn(double ?? single ?? plain ?? ''),
  ]);
  return {
    name: name.toLowerCase(),
    ends: slash === '/',
    attributes: new Map(pairs),
    before: found.index,
    after: found.index + whole.length,
  };
}

function labelsIn(text: string, tags: readonly Tag[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { name, ends, attributes, after } of tags) {
    const of = attributes.get('for');
    if (name === 'label' && !ends && of !== undefined && !labels.has(of))
      labels.set(of, wordsIn(upTo(text, after, /<\/label/i)));
  }
  return labels;
}

const upTo = (text: string, from: number, end: RegExp): string => text.slice(from, from + NEAR).split(end)[0] ?? '';

interface Around {
  text: string;
  tags: readonly Tag[];
  index: number;
  labels: ReadonlyMap<string, string>;
}

function fieldsOf(tag: Tag, { text, tags, index, labels }: Around): PanelField[] {
  const { name: element, attributes, ends, after } = tag;
  const name = attributes.get('name') || attributes.get('id') || '';
  const counts = attributes.get('class')?.split(/\s+/).includes('configField') ?? false;
  if (ends || name === '' || !counts || !['input', 'select', 'textarea'].includes(element)) return [];
  const type = fieldTypeOf(element === 'input' ? (attributes.get('type') ?? 'text') : element);
  const beside = wordsIn(upTo(text, after, /<(?:input|select|textarea|\/?li|\/?fieldset|\/?tr)\b/i));
  const label = (labels.get(attributes.get('id') ?? '') ?? (type === 'hidden' ? '' : beside)) || name;
  const value = attributes.get('value') ?? '';
  const options = type === 'select' ? optionsAfter(text, tags, index) : [];
  const base = { name, type, label: label.slice(0, 200) };
  if (type === 'select') {
    const defaultValue = (options.find(({ selected }) => selected) ?? options[0])?.value ?? '';
    return [{ ...base, defaultValue, options: options.map(({ value, label }) => ({ value, label })) }];
  }
  const checked = attributes.has('checked');
  if (type === 'radio')
    return [{ ...base, defaultValue: checked ? value : '', options: [{ value, label: base.label }] }];
  const defaultValue =
    type === 'checkbox' ? String(checked) : type === 'textarea' ? wordsIn(upTo(text, after, /<\//)) : value;
  return [{ ...base, defaultValue, options: [] }];
}

function optionsAfter(
  text: string,
  tags: readonly Tag[],
  index: number,
): { value: string; label: string; selected: boolean }[] {
  const options = [];
  for (let at = index + 1; at < tags.length && options.length < MOST_FIELDS; at += 1) {
    const tag = tags[at];
    if (!tag || (tag.name === 'select' && tag.ends)) break;
    if (tag.name !== 'option' || tag.ends) continue;
    const label = wordsIn(upTo(text, tag.after, /<\/?(?:option|select)\b/i));
    options.push({ value: tag.attributes.get('value') ?? label, label, selected: tag.attributes.has('selected') });
  }
  return options;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['#39', "'"],
  ['nbsp', ' '],
]);

/** Words of a piece of HTML: without tags, with the commonest references replaced. */
const wordsIn = (html: string): string =>
  html
    .replaceAll(/<[^<>]*>?/g, ' ')
    .replaceAll(/&([a-z#0-9]{2,8});/gi, (whole, name: string) => ENTITIES.get(name.toLowerCase()) ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Value that a template can show: a text, a list, or values by their names. */
export type TemplateValue = string | readonly TemplateValue[] | ReadonlyMap<string, TemplateValue>;

/** `mediaPackage.title`, `catalogs['dublincore/episode']['title']!'none'`, `workflow.getId()?string`. */
export interface Expression {
  path: readonly string[];
  /** Value where there is none; undefined: no default is written. */
  default?: string | undefined;
  builtIns: readonly string[];
}

/** Built-ins that change how a value is written; other ones are not understood. Formats of dates leave them as they are. */
const FORMATS = new Set(
  'date datetime time string c iso_utc iso_local iso xs html trim upper_case lower_case'.split(' '),
);
/** Built-ins of conditions. */
const TESTS = new Set(['has_content', 'exists']);

const IDENTIFIER = /\s*([A-Za-z_$][\w$]{0,99})/y;
const MEMBER = /\s*\.\s*([A-Za-z_$][\w$]{0,99})(\(\s*\))?/y;
const INDEX = /\s*\[\s*(?:'([^']{0,200})'|"([^"]{0,200})"|(\d{1,6}))\s*\]/y;
const DEFAULT = /\s*!\s*(?:'([^']{0,500})'|"([^"]{0,500})")?/y;
const BUILT_IN = /\s*\?\s*([a-z_]{1,40})(?:\(\s*(?:'[^']{0,100}'|"[^"]{0,100}")?\s*\))?/y;
const OPEN = /\s*\(/y;
const CLOSE = /\s*\)/y;

/** Reads an expression; undefined: it is none of those that are understood. */
export function readExpression(text: string): Expression | undefined {
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found) at = pattern.lastIndex;
    return found;
  };
  const isBracketed = next(OPEN) !== undefined;
  const root = next(IDENTIFIER)?.[1];
  if (root === undefined) return undefined;
  const path = [root, ...membersFrom(next)];
  if (isBracketed && !next(CLOSE)) return undefined;
  const or = next(DEFAULT);
  const builtIns: string[] = [];
  for (let one = next(BUILT_IN); one; one = next(BUILT_IN)) builtIns.push(one[1] ?? '');
  const isKnown = builtIns.every((name) => FORMATS.has(name) || TESTS.has(name));
  if (!isKnown || text.slice(at).trim() !== '') return undefined;
  return { path, default: or && (or[1] ?? or[2] ?? ''), builtIns };
}

function membersFrom(next: (pattern: RegExp) => RegExpExecArray | undefined): string[] {
  const names: string[] = [];
  for (;;) {
    const member = next(MEMBER);
    const index = member ? undefined : next(INDEX);
    const name = member ? propertyOf(member[1] ?? '', member[2]) : (index?.[1] ?? index?.[2] ?? index?.[3]);
    if (name === undefined) return names;
    names.push(name);
  }
}

/** The property that a method of Java gives: `getId()` gives `id`. */
function propertyOf(name: string, call: string | undefined): string {
  const [, first = '', rest = ''] = /^get([A-Z])(.*)$/.exec(name) ?? [];
  return first !== '' && call !== undefined ? `${first.toLowerCase()}${rest}` : name;
}

/** `a?has_content`, `b??`, `!c?has_content`, joined by `&&` or `||`: in one of the lists all must hold. */
export type TestLists = readonly (readonly { of: Expression; isNegated: boolean }[])[];

/** Reads a condition; undefined: it is none of those that are understood. */
export function readTests(text: string): TestLists | undefined {
  const lists = text.split('||').map((all) => all.split('&&').map(readTest));
  return lists.every((all) => all.every((one) => one !== undefined)) ? lists : undefined;
}

function readTest(text: string): { of: Expression; isNegated: boolean } | undefined {
  const isNegated = /^\s*!/.test(text);
  const positive = text.replace(/^\s*!/, '').trim().replace(/\?\?$/, '?exists');
  const of = readExpression(positive);
  return of && TESTS.has(of.builtIns.at(-1) ?? '') ? { of, isNegated } : undefined;
}

/** The value at a path; undefined: there is none. */
export function valueAt(root: TemplateValue, path: readonly string[]): TemplateValue | undefined {
  let value: TemplateValue | undefined = root;
  for (const name of path) {
    if (value instanceof Map) value = (value as ReadonlyMap<string, TemplateValue>).get(name);
    else if (Array.isArray(value) && /^\d+$/.test(name)) value = (value as readonly TemplateValue[])[Number(name)];
    else return undefined;
  }
  return value;
}

/** Whether there is a value that is not empty. */
export function hasContent(value: TemplateValue | undefined): boolean {
  if (value === undefined || typeof value === 'string') return value !== undefined && value !== '';
  return value instanceof Map ? value.size > 0 : (value as readonly TemplateValue[]).length > 0;
}

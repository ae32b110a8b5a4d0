/** An element with an id, which can be used again elsewhere. */
interface Part {
  /** Elements in it, itself included. */
  elements: number;
  /** Ids that the element, or what is in it, refers to. */
  uses: string[];
}

/**
 * Counts the elements that an SVG draws, each as often as it is used (`use`, patterns, markers, masks, filters).
 * Infinity if an element uses itself. The time it takes grows in proportion to the text.
 */
export function drawnElements(svg: string): number {
  const { whole, parts } = partsOf(svg);
  const known = new Map<string, number>();
  const weightOf = (part: Part, depth: number): number => {
    let sum = part.elements;
    for (const id of part.uses) sum += weightOfId(id, depth + 1);
    return sum;
  };
  const weightOfId = (id: string, depth: number): number => {
    const part = parts.get(id);
    if (!part) return 0;
    const before = known.get(id);
    if (before !== undefined) return before;
    // A cycle, or a chain that is deeper than in any real drawing, counts as infinite.
    if (depth > DEEPEST) return Infinity;
    known.set(id, Infinity);
    const weight = weightOf(part, depth);
    known.set(id, weight);
    return weight;
  };
  return weightOf(whole, 0);
}

/** Depth of uses within uses, and of nested elements; a deeper SVG counts as infinite. */
const DEEPEST = 200;
const ID = /\bid\s*=\s*(?:"([^"]*)"|'([^']*)')/;
const REFERENCE = /href\s*=\s*["']\s*#([^"']*)["']|url\(\s*(?:["']|&quot;|&apos;)?#([^"')&]*)/g;

function partsOf(svg: string): { whole: Part; parts: Map<string, Part> } {
  const whole: Part = { elements: 0, uses: [] };
  const parts = new Map<string, Part>();
  /** Open elements; those with an id count what is in them. */
  const open: (Part | undefined)[] = [];
  const count = (elements: number, uses: readonly string[]): void => {
    for (const part of [whole, ...open]) {
      if (!part) continue;
      part.elements += elements;
      part.uses.push(...uses);
    }
  };
  for (const tag of tagsOf(svg)) {
    if (tag.startsWith('/')) {
      open.pop();
      continue;
    }
    const [, double, single] = ID.exec(tag) ?? [];
    const id = double ?? single;
    const part: Part | undefined = id === undefined ? undefined : { elements: 0, uses: [] };
    if (id !== undefined && part) parts.set(id, part);
    open.push(part);
    if (open.length > DEEPEST) return { whole: { elements: Infinity, uses: [] }, parts };
    const uses = [...tag.matchAll(REFERENCE)].map(([, to, paint]) => to ?? paint ?? '');
    count(1, uses);
    if (tag.endsWith('/')) open.pop();
  }
  return { whole, parts };
}

/** The text of each tag without its angle brackets; comments, declarations and character data are passed over. */
function* tagsOf(svg: string): Generator<string> {
  for (let at = svg.indexOf('<'); at >= 0; at = svg.indexOf('<', at)) {
    const passed = PASSED.find(([begin]) => svg.startsWith(begin, at));
    const end = passed ? svg.indexOf(passed[1], at + passed[0].length) : tagEnd(svg, at);
    if (end < 0) return;
    if (!passed) yield svg.slice(at + 1, end);
    at = end + 1;
  }
}

const PASSED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
] as const;

/** Finds the end of a tag: the first closing bracket outside of quotes; -1 if there is none. */
function tagEnd(svg: string, from: number): number {
  let quote = '';
  for (let at = from; at < svg.length; at++) {
    const letter = svg[at]!;
    if (quote ? letter === quote : letter === '"' || letter === "'") quote = quote ? '' : letter;
    else if (!quote && letter === '>') return at;
  }
  return -1;
}

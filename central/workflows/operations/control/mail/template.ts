import { escapedXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { hasContent, valueAt, type Expression, type TemplateValue } from './template-expressions.ts';
import { readTemplate, type Branch, type TemplatePart } from './template-parts.ts';

/** Characters of a text that a template gives; a longer one is refused. */
const MOST_CHARACTERS = 1_000_000;

/** How a template is filled. */
interface Filling {
  /** Values by the names that templates begin with. */
  values: ReadonlyMap<string, TemplateValue>;
  /** Whether the text is HTML: values are escaped. */
  isHtml?: boolean;
}

/**
 * Fills values into a text, as FreeMarker does: `${a.b['c']!'default'}`, `<#if a?has_content>…<#else>…</#if>`, `<#list a as b>…</#list>`.
 * A value that is not there becomes nothing. What is not understood stays as it is written. Throws RangeError for a result of more
 * than a million characters.
 */
export function filledTemplate(template: string, filling: Filling): string {
  const out: string[] = [];
  let length = 0;
  const write = (text: string): void => {
    length += text.length;
    if (length > MOST_CHARACTERS) throw new RangeError(`the text has more than ${MOST_CHARACTERS} characters`);
    out.push(text);
  };
  fill(readTemplate(template), filling, write);
  return out.join('');
}

function fill(parts: readonly TemplatePart[], filling: Filling, write: (text: string) => void): void {
  for (const part of parts) {
    if (part.kind === 'text') write(part.text);
    else if (part.kind === 'value') write(shown(part, filling));
    else if (part.kind === 'if') fill(chosen(part.branches, filling.values), filling, write);
    else
      for (const item of itemsOf(part.of, filling.values))
        fill(part.parts, { ...filling, values: new Map([...filling.values, [part.name, item]]) }, write);
  }
}

function shown({ of, source }: { of: Expression; source: string }, { values, isHtml = false }: Filling): string {
  const found = valueAt(values, of.path);
  if (found === undefined && of.default === undefined && !values.has(of.path[0] ?? '')) return source;
  const text = found === undefined || found === '' ? (of.default ?? '') : asText(found);
  const formatted = of.builtIns.reduce((value, name) => FORMATS.get(name)?.(value) ?? value, text);
  return isHtml ? escapedXml(formatted) : formatted;
}

const FORMATS: ReadonlyMap<string, (text: string) => string> = new Map([
  ['trim', (text: string) => text.trim()],
  ['upper_case', (text: string) => text.toUpperCase()],
  ['lower_case', (text: string) => text.toLowerCase()],
]);

/** Text of a value; of a list its entries. */
const asText = (value: TemplateValue): string =>
  typeof value === 'string'
    ? value
    : [...(value instanceof Map ? value.values() : (value as readonly TemplateValue[]))]
        .filter((one) => typeof one === 'string')
        .join(', ');

const itemsOf = (of: Expression, values: ReadonlyMap<string, TemplateValue>): readonly TemplateValue[] => {
  const found = valueAt(values, of.path);
  return Array.isArray(found) ? (found as readonly TemplateValue[]) : [];
};

function chosen(branches: readonly Branch[], values: ReadonlyMap<string, TemplateValue>): readonly TemplatePart[] {
  const found = branches.find(
    ({ tests }) =>
      tests === undefined ||
      tests.some((all) => all.every(({ of, isNegated }) => hasContent(valueAt(values, of.path)) !== isNegated)),
  );
  return found?.parts ?? [];
}

/** Piece of a page: everything that is put into it is taken as text and escaped, unless it is such a piece itself. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Inside = Html | string | number | false | null | undefined | readonly Inside[];

/** HTML from a template; values in it are escaped. */
export const html = (fixed: TemplateStringsArray, ...inside: readonly Inside[]): Html =>
  new Html(fixed.reduce((text, part, n) => text + part + put(inside[n]), ''));

const put = (one: Inside): string => {
  if (one instanceof Html) return one.text;
  if (one === undefined || one === null || one === false) return '';
  return typeof one === 'object' ? one.map(put).join('') : escaped(String(one));
};

/** Text with all characters escaped that have a meaning in HTML. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);

/** A piece of a page: what is put into it is text, unless it is such a piece itself. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Inside = Html | string | number | false | null | undefined | readonly Inside[];

/** HTML as it is written, with what is put in between escaped. */
export const html = (fixed: TemplateStringsArray, ...inside: readonly Inside[]): Html =>
  new Html(fixed.reduce((text, part, n) => text + part + put(inside[n]), ''));

const put = (one: Inside): string => {
  if (one instanceof Html) return one.text;
  if (one === undefined || one === null || one === false) return '';
  return typeof one === 'object' ? one.map(put).join('') : escaped(String(one));
};

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);

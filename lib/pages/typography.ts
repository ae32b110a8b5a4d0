/** The languages of the pages. */
export type Language = 'fr' | 'en';

/** The first of the wanted languages that the pages have; English if they have none of them. */
export const preferred = (wished: readonly string[]): Language =>
  wished.map((one) => one.slice(0, 2).toLowerCase()).find((one) => one === 'fr' || one === 'en') ?? 'en';

/** French with the spaces of its typography: no line begins with `;`, `!`, `?`, `:` or `»`. */
export const asSet = (text: string): string =>
  text.replaceAll(/ (?=[;!?])/g, '\u202f').replaceAll(/ (?=[:»%])|(?<=«) /g, '\u00a0');

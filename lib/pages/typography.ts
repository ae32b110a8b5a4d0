/** The languages of the pages. */
export type Language = 'fr' | 'en';

/** The first of the wished languages that is spoken here. */
export const preferred = (wished: readonly string[]): Language =>
  wished.map((one) => one.slice(0, 2).toLowerCase()).find((one) => one === 'fr' || one === 'en') ?? 'en';

/** French as it is set: no line begins with one of its signs. */
export const asSet = (text: string): string =>
  text.replaceAll(/ (?=[;!?])/g, '\u202f').replaceAll(/ (?=[:»%])|(?<=«) /g, '\u00a0');

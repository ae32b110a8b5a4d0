/** The day 0 of programs that keep a clock as a date: Access and Excel, with and without the leap day that 1900 had not. */
const ZERO_DAY =
  /^(?:3[01]\/12\/(?:18)?99|12\/3[01]\/(?:18)?99|1899-12-3[01]|0?[01]\/0?1\/(?:19)?00|1900-01-0[01])[ T]+(?=\d)/;

/**
 * A cell that says when, in the signs of a keyboard: full-width digits, fraction strokes, dashes and minus signs of all kinds, the
 * apostrophe that keeps a spreadsheet from reading it, and the day 0 before a clock are gone.
 */
export function whenText(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/^['\u2018\u2019](?=[\p{L}\d])/u, '')
    .replaceAll(/[\u2044\u2215]/g, '/')
    .replaceAll(/[\u2236\uA789]/g, ':')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .trim();
  const clock = plain.replace(ZERO_DAY, '');
  return clock === plain ? plain : clock.replace(/(?:\.0+)?Z?$/, '');
}

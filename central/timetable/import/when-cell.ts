/**
 * Day 0 before a time: some programs (Access, Excel) write a mere time of day as a date. It differs by whether they
 * count the leap day that 1900 did not have.
 */
const ZERO_DAY =
  /^(?:3[01]\/12\/(?:18)?99|12\/3[01]\/(?:18)?99|1899-12-3[01]|0?[01]\/0?1\/(?:19)?00|1900-01-0[01])[ T]+(?=\d)/;

/**
 * A cell with a date or time, in the characters of a keyboard: full-width digits, fraction slashes, and dashes and
 * minus signs of all kinds are replaced; the apostrophe by which a spreadsheet keeps text and the day 0 before a time
 * are removed.
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

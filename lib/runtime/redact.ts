/**
 * Removes what is secret from the URLs in a text, so that it can be shown and logged: user names and passwords, and the values of
 * queries, in which tokens and passwords of cameras stand. The names in a query stay.
 */
export const withoutPasswords = (text: string): string =>
  text
    .replaceAll(/\b([a-z][\w+.-]{0,30}:\/\/)[^\s/?#'"\\]*@/gi, '$1…@')
    .replaceAll(
      /\b([a-z][\w+.-]{0,30}:\/\/[^\s?#'"\\]*)\?([^\s#'"\\]*)/gi,
      (_, place: string, query: string) => `${place}?${query.replaceAll(/=[^&]*/g, '=…')}`,
    );

/** The host of a URL without secrets: `rtmp://host:port/…`. Stream keys stand in paths and queries. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}

/** Takes user names and passwords out of URLs in a text, so that it can be shown and logged. */
export const withoutPasswords = (text: string): string =>
  text.replaceAll(/\b([a-z][\w+.-]*:\/\/)[^\s/@'"]*@/gi, '$1…@');

/** Where a URL leads, without what may be secret: `rtmp://host:port/…`. Stream keys live in paths and queries. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}

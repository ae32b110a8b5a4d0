/** Removes user names and passwords from the URLs in a text, so that it can be shown and logged. */
export const withoutPasswords = (text: string): string =>
  text.replaceAll(/\b([a-z][\w+.-]*:\/\/)[^\s/@'"]*@/gi, '$1…@');

/** The host of a URL without secrets: `rtmp://host:port/…`. Stream keys stand in paths and queries. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}

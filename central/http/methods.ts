/** Tells with which methods there is something at a path: none, if nothing is there. */
export function openMethods(routes: readonly { method: string; url: string }[]): (path: string) => string[] {
  let patterns: { method: string; pattern: RegExp }[] | undefined;
  return (path) => {
    patterns ??= routes.map(({ method, url }) => ({ method, pattern: patternOf(url) }));
    const there = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(there)].toSorted();
  };
}

/** `/recordings/:id/acl.json` */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^$()[\]{}|\\]/g, '\\$&')
      .replaceAll(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')}/?$`,
  );

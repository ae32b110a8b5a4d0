/** Makes a function that tells which methods a path has; none, if there is no route. */
export function openMethods(routes: readonly { method: string; url: string }[]): (path: string) => string[] {
  let patterns: { method: string; pattern: RegExp }[] | undefined;
  return (path) => {
    patterns ??= routes.map(({ method, url }) => ({ method, pattern: patternOf(url) }));
    const there = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(there)].toSorted();
  };
}

/** Pattern of paths for a route such as `/recordings/:id/acl.json`. */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^$()[\]{}|\\]/g, '\\$&')
      .replaceAll(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')}/?$`,
  );

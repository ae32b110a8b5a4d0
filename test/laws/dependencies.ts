import type { Tree } from './tree.ts';

const DOCUMENT = 'docs/dependencies.md';
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
type PackageFile = Partial<Record<(typeof SECTIONS)[number], Record<string, string>>>;

/** Every dependency of every package.json, as `[name, version, file]`. */
function dependenciesOf(tree: Tree): [name: string, version: string, file: string][] {
  return [...tree]
    .filter(([path]) => /(^|\/)package\.json$/.test(path) && !path.includes('/fixtures/'))
    .flatMap(([path, text]) => {
      const file = JSON.parse(text) as PackageFile;
      return SECTIONS.flatMap((section) =>
        Object.entries(file[section] ?? {}).map(([name, version]): [string, string, string] => [name, version, path]),
      );
    });
}

/** Versions that are ranges: what is installed tomorrow must be what was tested today. */
export function inexactVersions(tree: Tree): string[] {
  return dependenciesOf(tree)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version, file]) => `${file}: ${name} ${version} is not one exact version`);
}

/**
 * Dependencies that docs/dependencies.md does not list, lists with another version, or lists although they are gone.
 */
export function untoldDependencies(tree: Tree): string[] {
  const told = new Map(
    [...(tree.get(DOCUMENT) ?? '').matchAll(/^\| `([^`]+)` \| ([^ |]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
      ([, name = '', version = '']) => [name, version],
    ),
  );
  const needed = dependenciesOf(tree);
  const untold = needed
    .filter(([name, version]) => told.get(name) !== version)
    .map(([name, version]) => `${DOCUMENT}: no line for ${name} ${version} (found: ${told.get(name) ?? 'none'})`);
  const gone = [...told.keys()]
    .filter((name) => !needed.some(([other]) => other === name))
    .map((name) => `${DOCUMENT}: ${name} is no dependency`);
  return [...untold, ...gone];
}

import { posix } from 'node:path';
import type { Tree } from './tree.ts';

const README_LINES = 30;
const CODE_FOLDERS = ['agent', 'bench', 'central', 'lib', 'overlays', 'simulator', 'test', 'firmware-config'];
const TOP_FOLDERS = [...CODE_FOLDERS, 'bin', 'docs'];

/**
 * Top folders without a README, or with one of more than 30 lines; and those with code whose README does not say what
 * they may import.
 */
export function poorReadmes(tree: Tree): string[] {
  return TOP_FOLDERS.filter((top) => [...tree.keys()].some((path) => path.startsWith(`${top}/`))).flatMap((top) => {
    const text = tree.get(`${top}/README.md`);
    if (text === undefined) return [`${top}/README.md is missing`];
    const lines = text.trimEnd().split('\n').length;
    const found = lines > README_LINES ? [`${top}/README.md: ${lines} lines, the law is ${README_LINES}`] : [];
    if (CODE_FOLDERS.includes(top) && !/\bimport/i.test(text)) found.push(`${top}/README.md: what may it import?`);
    return found;
  });
}

const LINK = /!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:img|a|source)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g;

/** Links in documents to files or headings that do not exist. */
export function deadLinks(tree: Tree): string[] {
  return [...tree]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      [...withoutCode(text).matchAll(LINK)]
        .map(([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '')
        .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
        .flatMap((link) => {
          const why = whyDead(tree, path, link);
          return why ? [`${path}: ${link} ${why}`] : [];
        }),
    );
}

function whyDead(tree: Tree, from: string, link: string): string | undefined {
  const [file = '', anchor] = decodeURI(link).split('#');
  const target = file === '' ? from : posix.join(posix.dirname(from), file).replace(/\/$/, '');
  const isFolder = target === '.' || [...tree.keys()].some((path) => path.startsWith(`${target}/`));
  if (!tree.has(target) && !isFolder) return 'leads nowhere';
  if (anchor === undefined || !target.endsWith('.md')) return undefined;
  return anchorsOf(tree.get(target) ?? '').has(anchor) ? undefined : 'names a heading that is not there';
}

const withoutCode = (text: string): string =>
  text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** The anchors that the headings of a Markdown text get where it is shown, by GitHub's rule. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const headings = text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  for (const [, heading = ''] of headings) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    for (let n = 0; ; n++) {
      const unique = n === 0 ? anchor : `${anchor}-${n}`;
      if (anchors.has(unique)) continue;
      anchors.add(unique);
      break;
    }
  }
  return anchors;
}

/** Mistakes of the change log: it must exist and describe the version of package.json, or the next one. */
export function poorChangelog(tree: Tree): string[] {
  const text = tree.get('CHANGELOG.md');
  if (text === undefined) return ['CHANGELOG.md is missing'];
  const { version } = JSON.parse(tree.get('package.json') ?? '{}') as { version?: string };
  const has = [...text.matchAll(/^## (.+)$/gm)].some(
    ([, title = '']) => title === 'Next' || title.startsWith(`${version}`),
  );
  return has ? [] : [`CHANGELOG.md: no heading "## Next" or "## ${version}"`];
}

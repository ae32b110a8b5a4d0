import { sourcesOf, type Tree } from './tree.ts';

const CLASS = /^(?:export )?class (\w+)(?:<[^>]*>)?(?: extends [\w.]+(?:<[^>]*>)?)? implements ([\w, ]+)/gm;

/** Classes that implement an interface of their file and do not have its name in theirs: one thing with two names. */
export function strangeClassNames(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter(([path]) => !path.startsWith('test/'))
    .flatMap(([path, text]) =>
      [...text.matchAll(CLASS)].flatMap(([, name = '', interfaces = '']) =>
        interfaces
          .split(',')
          .map((one) => one.trim())
          .filter((one) => new RegExp(`^(?:export )?interface ${one}\\b`, 'm').test(text))
          .slice(0, 1)
          .filter((one) => !name.includes(one))
          .map((one) => `${path}: ${name} implements ${one}: let its name hold ${one}`),
      ),
    );
}

/** Words of stage and furniture, which say nothing to a stranger; our own words that stay are in `docs/glossary.md`. */
const STRANGE = /(shelf|shelves|stagehand|scenery|desk|books|curtain|furniture|court|deed)/i;
/** Words that contain one of these and are names of others, or plain English. */
const PLAIN = /(book(ed|ing|mark|let)|desktop|playbook)/i;

/** Files and declared names with such words, except tests and the pictures of a real desk. */
export function strangeWords(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter(([path]) => !path.startsWith('test/') && !path.startsWith('simulator/pictures/'))
    .flatMap(([path, text]) => {
      const declared = [...text.matchAll(/\b(?:class|interface|type|function|const)\s+([A-Za-z_$][\w$]*)/g)];
      const names = [path.slice(path.lastIndexOf('/') + 1), ...declared.map(([, name = '']) => name)];
      return names.filter((name) => STRANGE.test(name) && !PLAIN.test(name)).map((name) => `${path}: ${name}`);
    });
}

/** Variables in texts of a definition: `${name}` and `${name:default}` (facts/opencast 3.8). */

/** The value of a variable; undefined: it has none. */
export type Variables = (name: string) => string | undefined;

/** Number of characters of a name, and of a default; a longer one is no variable and stays as it is. */
const LONGEST_NAME = 200;
const LONGEST_DEFAULT = 256;

/**
 * A variable. Forms with other signs, such as `${name!'default'}`, belong to templates of an operation and stay as they
 * are. `\:` is a colon.
 */
const SOURCE = String.raw`\$\{((?:[\w./ -]|\\:){1,${LONGEST_NAME}})(?::((?:[^}\\]|\\.){0,${LONGEST_DEFAULT}}))?\}`;
export const VARIABLE = new RegExp(SOURCE, 'g');
/** A variable at a place of a text. */
export const VARIABLE_HERE = new RegExp(SOURCE, 'y');

/** A variable as a text names it. */
export interface NamedVariable {
  name: string;
  /** Value if the variable has none; undefined: no default. */
  default?: string;
}

/** The variable that a match of `VARIABLE` names. */
export const variableOf = ([, name = '', or]: RegExpExecArray): NamedVariable => variableNamed(name, or);

const variableNamed = (name: string, or: string | undefined): NamedVariable => ({
  name: plain(name).trim(),
  ...(or === undefined ? {} : { default: plain(or) }),
});

const plain = (text: string): string => text.replaceAll('\\:', ':');

/** All variables that a text names. */
export const variablesIn = (text: string): NamedVariable[] => [...text.matchAll(VARIABLE)].map(variableOf);

/**
 * The text with the values of its variables. One without value and without default becomes `missing`, and without that
 * stays as it is written, as in Opencast. A value that contains `${…}` is not replaced again.
 */
export const substituted = (text: string, variables: Variables, missing?: string): string =>
  text.replaceAll(
    VARIABLE,
    (whole: string, name: string, or: string | undefined) =>
      valueOf(variableNamed(name, or), variables) ?? missing ?? whole,
  );

/** The value of a variable, or its default. A blank value counts as none. */
export const valueOf = (named: NamedVariable, variables: Variables): string | undefined => {
  const value = variables(named.name);
  return value === undefined || value.trim() === '' ? named.default : value;
};

/** Prefix of variables that are properties of the organization. */
const OF_ORGANIZATION = 'org_';

/**
 * Opens the variables of a run: its configuration, and properties of the organization as `org_NAME`. The names of
 * properties have no `prop.`; their points may be written as `_`.
 */
export function openVariables(
  configuration: ReadonlyMap<string, string>,
  organization: ReadonlyMap<string, string> = new Map(),
): Variables {
  const underscored = new Map([...organization].map(([name, value]) => [name.replaceAll('.', '_'), value]));
  return (name) => {
    const own = configuration.get(name);
    if (own !== undefined || !name.startsWith(OF_ORGANIZATION)) return own;
    const property = name.slice(OF_ORGANIZATION.length);
    return organization.get(property) ?? underscored.get(property);
  };
}

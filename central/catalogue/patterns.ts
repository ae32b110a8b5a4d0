/** A text as a pattern of `ilike` that finds it anywhere: its own signs of patterns mean themselves. */
export const patternOf = (text: string): string => `%${escaped(text)}%`;

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** The same, for a word in which `*` is any letters and `?` is one, as search machines have it. */
export const wildPattern = (text: string): string => `%${escaped(text).replaceAll('*', '%').replaceAll('?', '_')}%`;

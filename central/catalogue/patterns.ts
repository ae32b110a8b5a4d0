/** A text as a pattern of `ilike` that finds it anywhere: its own signs of patterns mean themselves. */
export const patternOf = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

import { parseArgs } from 'node:util';

/**
 * Reads `--name value` from the command line for numbers (`{ seconds: 20 }`) and words (`{ sources: 'file' }`), each
 * with its default. An unknown option, or a wrong number, ends the process with the usage.
 */
export function readOptions<Defaults extends Record<string, number | string>>(defaults: Defaults): Defaults {
  const names = Object.keys(defaults);
  const usage = `options: ${names.map((name) => `--${name} (${defaults[name]})`).join(', ')}`;
  try {
    const { values } = parseArgs({
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    });
    const read = Object.entries(values).map(([name, text]) => {
      if (typeof defaults[name] === 'string') return [name, text];
      const value = Number(text);
      if (!(value > 0)) throw new Error(`--${name} ${String(text)}: a number above 0 is needed`);
      return [name, value];
    });
    return { ...defaults, ...(Object.fromEntries(read) as Partial<Defaults>) };
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

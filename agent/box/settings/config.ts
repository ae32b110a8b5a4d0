import { readFile } from 'node:fs/promises';
import { openLog, type Log } from '#lib/runtime/log.ts';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { checkedText, ConfigError, type Override } from '#firmware-config/document/text.ts';
import { configSchema, type Config } from '#firmware-config/schema/config.ts';
import { withOwnMachine } from './own-machine.ts';

/**
 * Reads the configuration, checked as a whole. It is made of defaults, what was entered on the page, the file, and
 * `overrides` (environment, flags); a later one of these replaces an earlier one. Throws a ConfigError with all
 * mistakes. What was entered on the page and does not fit is left out, and logged.
 */
export async function readConfig(
  file: string | undefined,
  overrides: readonly Override[],
  log: Pick<Log, 'error'> = openLog(),
): Promise<Config> {
  const text = file === undefined ? '' : await readText(file);
  return withOwnMachine(parseConfig(text, file ?? 'configuration', overrides), text, log);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`${file}: ${noFileWords(error)}`]);
  }
}

/**
 * Reads the configuration from the text of a file (YAML or JSON), without what was entered on the page; `name` stands
 * in messages. Throws a ConfigError with all mistakes.
 */
export const parseConfig = (text: string, name: string, overrides: readonly Override[] = []): Config =>
  checkedText(configSchema, text, { name, overrides });

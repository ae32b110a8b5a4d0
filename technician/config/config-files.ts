import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { textOf, UnreadableFile } from '#lib/tables/text.ts';
import { readHosts, type HostRow } from '#firmware-config/document/hosts.ts';
import { fillTemplate, placeholdersIn, type FilledTemplate } from '#firmware-config/document/template.ts';
import { ConfigError } from '#firmware-config/document/text.ts';

/** Box, and the configuration and files that it is to get. */
export interface Target {
  row: HostRow;
  given: Omit<FilledTemplate, 'files'>;
  overlays: ReadonlyMap<string, Buffer>;
}

/** Size of a file in bytes; a larger one is refused. */
const MOST_BYTES = 64 << 20;

/** Text of a file. Throws a ConfigError if it cannot be read. */
export function textOfFile(path: string): string {
  try {
    return textOf(bytesOf(path));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new ConfigError([`${path}: ${error.message}`]);
  }
}

function bytesOf(path: string): Buffer {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error('it is too large');
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([`${path}: ${noFileWords(error)}`]);
  }
}

/** Files directly in a folder, by name: logos and backgrounds. Throws a ConfigError if it cannot be read. */
export function filesIn(folder: string): Map<string, Buffer> {
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .filter((one) => one.isFile() && !one.name.startsWith('.'))
      .map(({ name }) => name);
    return new Map(names.map((name) => [name, bytesOf(join(folder, name))]));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${folder}: ${noFileWords(error)}`]);
  }
}

/**
 * Fills a template for each box of a table. Throws a ConfigError with the mistakes of all boxes, before anything is
 * sent.
 */
export function readTargets(hostsFile: string, templateFile: string): { targets: Target[]; warnings: string[] } {
  const text = textOfFile(templateFile);
  const { hosts, columns, mistakes } = readHosts(textOfFile(hostsFile), hostsFile);
  const missing = placeholdersIn(text).filter((name) => !columns.includes(name));
  for (const name of missing)
    mistakes.push(`${templateFile}: {{${name}}}: ${hostsFile} has no such column: it has ${listed(columns)}`);
  if (missing.length > 0) throw new ConfigError(mistakes);
  const images = new Map<string, Buffer>();
  const targets = hosts.flatMap((row): Target[] => {
    const place = `${hostsFile}: line ${row.line} (${row.label})`;
    try {
      const { files = {}, ...given } = fillTemplate(text, templateFile, row.values);
      const found = imagesOf(files, dirname(templateFile), images);
      mistakes.push(...found.mistakes.map((mistake) => `${place}: ${mistake}`));
      return [{ row, given, overlays: found.overlays }];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      mistakes.push(...error.mistakes.map((mistake) => `${place}: ${mistake}`));
      return [];
    }
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return { targets, warnings: warningsOf(hostsFile, hosts) };
}

const listed = (columns: readonly string[]): string => [...new Set(columns)].join(', ');

/** Overlay files that a template names; their paths start at the template. */
function imagesOf(files: Record<string, string>, folder: string, known: Map<string, Buffer>) {
  const overlays = new Map<string, Buffer>();
  const mistakes: string[] = [];
  for (const [name, file] of Object.entries(files)) {
    const path = resolve(folder, file);
    try {
      const bytes = known.get(path) ?? bytesOf(path);
      known.set(path, bytes);
      overlays.set(name, bytes);
    } catch (error) {
      mistakes.push(`files.${name}: ${(error as ConfigError).mistakes[0]}`);
    }
  }
  return { overlays, mistakes };
}

function warningsOf(hostsFile: string, hosts: readonly HostRow[]): string[] {
  const holdsPasswords = hosts.some(({ password }) => password !== undefined);
  return holdsPasswords && (statSync(hostsFile).mode & 0o077) !== 0
    ? [`${hostsFile} holds passwords, and others can read it: chmod 600 ${hostsFile}`]
    : [];
}

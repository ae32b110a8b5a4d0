import { Command, Option } from 'commander';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { fileSchema, type GivenDocument } from '#firmware-config/schema/config.ts';
import { readGiven } from '#firmware-config/document/document.ts';
import type { HostRow } from '#firmware-config/document/hosts.ts';
import { placeholdersIn } from '#firmware-config/document/template.ts';
import { checkedText, ConfigError } from '#firmware-config/document/text.ts';
import { planOf, readConfiguration, withoutSecrets } from './box-configuration.ts';
import type { BoxFiles } from '#technician/dial/box-files.ts';
import { filesIn, readTargets, textOfFile, type Target } from './config-files.ts';
import { DialError } from '#technician/dial/dial-error.ts';
import { dialFiles } from '#technician/dial/dial-files.ts';
import { configureBox, isGood } from './configure-box.ts';
import { chooseBox, findKnownBoxes } from '#technician/known/choose-box.ts';
import type { KnownBox } from '#technician/known/known-places.ts';
import { knownHostsPath } from '#technician/dial/known-hosts.ts';
import { readOverlays } from './overlay-files.ts';
import { OF_BOXES, passwordSource } from '#technician/dial/password.ts';
import { areAllGood, lastWords, pushAll, summary } from './push.ts';

interface PlaceFlags {
  sftp?: boolean;
  ftp?: boolean;
  port?: string;
  user?: string;
  passwordFile?: string;
  plainFtp?: boolean;
  timeout: string;
}

const say = (words: string): void => console.error(words);

/** Address and login of a box. */
interface Place {
  host: string;
  port?: number | undefined;
  user?: string | undefined;
  password?: string | undefined;
  protocol?: 'sftp' | 'ftp' | undefined;
}

type Dialler = (place: Place, tell?: (words: string) => void) => Promise<BoxFiles>;

function dialler(flags: PlaceFlags, common = passwordSource({ file: flags.passwordFile })): Dialler {
  const timeoutMs = wholeNumber('--timeout', flags.timeout, 1, 600) * 1000;
  const port = flags.port === undefined ? undefined : wholeNumber('--port', flags.port, 1, 65_535);
  return ({ host, password, ...place }, tell = say) =>
    dialFiles({
      host,
      port: place.port ?? port,
      user: place.user ?? flags.user ?? 'admin',
      timeoutMs,
      say: tell,
      protocol: place.protocol ?? (flags.ftp ? 'ftp' : 'sftp'),
      password: password === undefined ? common : () => Promise.resolve(password),
      knownHosts: knownHostsPath(),
      ...(flags.plainFtp ? { plainFtp: true } : {}),
    });
}

/**
 * Address and login of a known box. Cells in its row of the table have priority, then flags and the environment, then
 * what is kept.
 */
function placeOf(box: Omit<KnownBox, 'name'>, flags: PlaceFlags, row: Omit<Place, 'host'> = {}): Place {
  const isFtp = flags.ftp ?? (!flags.sftp && box.ftp !== undefined);
  const protocol = row.protocol ?? (isFtp ? 'ftp' : 'sftp');
  const isGiven = flags.passwordFile !== undefined || process.env[OF_BOXES] !== undefined;
  return {
    host: box.host,
    protocol,
    port: row.port ?? (flags.port === undefined ? (protocol === 'ftp' ? box.ftp : box.port) : undefined),
    user: row.user ?? flags.user ?? box.user,
    password: row.password ?? (isGiven ? undefined : box.password),
  };
}

/**
 * Boxes of a table with the addresses of those that are named as they are known. Throws a ConfigError if two rows are
 * the same box.
 */
function withKnown(targets: readonly Target[], flags: PushFlags): Target[] {
  const find = findKnownBoxes(say);
  const rows = new Map<string, HostRow>();
  return targets.map(({ row, ...target }) => {
    const known = find(row.host);
    const place = known ? { ...row, ...placeOf(known, flags, row) } : row;
    const key = `${place.host}:${place.port ?? ''}`;
    const other = rows.get(key);
    rows.set(key, row);
    if (!other || (!known && !find(other.host))) return { row: place, ...target };
    throw new ConfigError([
      `${flags.hosts}: line ${row.line}: ${row.host} is ${place.host}, which is in line ${other.line} already`,
    ]);
  });
}

/** Connection to the files of the box that a command names; without a name, the box that was used last. */
function boxDialler(named: string | undefined, flags: PlaceFlags): { label: string; dial: () => Promise<BoxFiles> } {
  const box = chooseBox(named, say);
  const dial = dialler(flags);
  return {
    label: box.label,
    async dial() {
      const files = await dial(placeOf(box, flags));
      box.used();
      return files;
    },
  };
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConfigError([`${flag}: ${text} is no whole number from ${least} to ${most}`]);
}

/** Runs a command and sets the exit code; errors of the user are printed in words. */
async function running(act: () => Promise<number> | number): Promise<void> {
  try {
    process.exitCode = await act();
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof DialError)) throw error;
    const mistakes = error instanceof ConfigError ? error.mistakes : [error.message];
    const [only] = mistakes;
    const all = mistakes.map((mistake) => `\n  ${mistake}`).join('');
    say(`amphi config: ${mistakes.length === 1 ? only : `${mistakes.length} mistakes:${all}`}`);
    process.exitCode = 2;
  }
}

const mistakesOf = (act: () => void): readonly string[] => {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
};

function check(file: string, { hosts }: { hosts?: string }): number {
  const text = textOfFile(file);
  const asked = placeholdersIn(text);
  if (hosts === undefined && asked.length > 0)
    throw new ConfigError([`${file}: is a template ({{${asked.join('}}, {{')}}}): --hosts FILE has its values`]);
  const mistakes = mistakesOf(() =>
    hosts === undefined ? checkedText(fileSchema, text, { name: file }) : readTargets(hosts, file),
  );
  for (const mistake of mistakes) console.log(mistake);
  if (mistakes.length > 0) {
    say(`${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}`);
    return 1;
  }
  say(hosts === undefined ? `${file}: nothing is wrong` : `${file} with ${hosts}: nothing is wrong`);
  return 0;
}

const given = (file: string): GivenDocument => readGiven(textOfFile(file), file);

interface ExportFlags extends PlaceFlags {
  output?: string;
  secrets?: boolean;
  files?: string;
}

async function exportFrom(box: string | undefined, flags: ExportFlags): Promise<number> {
  const files = await boxDialler(box, flags).dial();
  try {
    const { text } = await readConfiguration(files);
    const shown = flags.secrets ? text : withoutSecrets(text);
    if (flags.files !== undefined)
      for (const [name, content] of await readOverlays(files))
        await writeFileAtomically(join(flags.files, basename(name)), content);
    if (flags.output === undefined) process.stdout.write(shown);
    else await writeFileAtomically(flags.output, shown, 0o600);
    return 0;
  } finally {
    files.close();
  }
}

async function diff(words: readonly string[], flags: PlaceFlags): Promise<number> {
  const [box, file] = boxAndFile(words);
  const wanted = given(file);
  const { label, dial } = boxDialler(box, flags);
  const files = await dial();
  const { document } = await readConfiguration(files).finally(() => files.close());
  const { changes, mistakes } = planOf(document, wanted);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  for (const change of changes) console.log(change);
  if (changes.length === 0) say(`${label} has all of this already`);
  return changes.length === 0 ? 0 : 1;
}

interface ImportFlags extends PlaceFlags {
  dryRun?: boolean;
  files?: string;
  trial: string;
  json?: boolean;
}

async function importInto(words: readonly string[], flags: ImportFlags): Promise<number> {
  const [box, file] = boxAndFile(words);
  const { label, dial } = boxDialler(box, flags);
  const done = await configureBox({
    dial,
    given: given(file),
    dryRun: flags.dryRun ?? false,
    trialSeconds: wholeNumber('--trial', flags.trial, 5, 3600),
    ...(flags.files === undefined ? {} : { overlays: filesIn(flags.files) }),
    onStep: (words) => say(`${label}: ${words}`),
  });
  if (flags.json) console.log(JSON.stringify({ host: label, ...done }, undefined, 2));
  else for (const line of [...done.changes, ...done.mistakes]) console.log(line);
  say(`${label}: ${lastWords(done)}`);
  if (done.result === 'unreachable' || done.result === 'wrong password') return 2;
  return isGood(done) ? 0 : 1;
}

interface PushFlags extends ImportFlags {
  hosts: string;
  parallel: string;
  only?: string[];
  changes?: boolean;
}

async function push(template: string, flags: PushFlags): Promise<number> {
  const { targets: all, warnings } = readTargets(flags.hosts, template);
  for (const warning of warnings) say(warning);
  const { only } = flags;
  const unknown = only?.filter((name) => !all.some(({ row }) => row.label === name || row.host === name)) ?? [];
  if (unknown.length > 0) throw new ConfigError([`--only: ${flags.hosts} has no ${unknown.join(', ')}`]);
  const named = all.filter(({ row }) => !only || only.includes(row.label) || only.includes(row.host));
  const targets = withKnown(named, flags);
  const common = passwordSource({ file: flags.passwordFile });
  // The password is asked for before lines of progress cover the screen.
  if (targets.some(({ row }) => row.password === undefined)) await common();
  const dial = dialler(flags, common);
  const done = await pushAll(targets, {
    dial: ({ row }, tell) => dial(row, tell),
    dryRun: flags.dryRun ?? false,
    parallel: wholeNumber('--parallel', flags.parallel, 1, 100),
    trialSeconds: wholeNumber('--trial', flags.trial, 5, 3600),
  });
  console.log(flags.json ? JSON.stringify(done, undefined, 2) : summary(done, flags.changes ?? false));
  return areAllGood(done) ? 0 : 1;
}

/** Adds the arguments box and file; without a box the one that was used last is meant. */
const aboutBoxAndFile = (command: Command): Command =>
  command
    .argument('<box-and-file...>', 'the address or the known name of a box, and a file')
    .usage('[options] [box] <file>');

function boxAndFile(words: readonly string[]): [box: string | undefined, file: string] {
  const [first = '', second, ...more] = words;
  if (more.length > 0) throw new ConfigError([`a box and a file, and no more: ${words.join(' ')}`]);
  return second === undefined ? [undefined, first] : [first, second];
}

const placed = (command: Command): Command =>
  command
    .option('--sftp', 'by SFTP (22022), which is the default')
    .option('--ftp', 'by FTP (21), encrypted')
    .option('--plain-ftp', 'the password may travel without encryption')
    .option('--port <number>')
    .option('--user <name>', 'of the box; admin, or as it is known')
    .option('--password-file <file>', 'or AMPHI_SIS_PASSWORD; else it is asked for')
    .option('--timeout <seconds>', 'of a login', '15');

const changing = (command: Command): Command =>
  placed(command)
    .option('--dry-run', 'say what would change, and change nothing')
    .addOption(new Option('--trial <seconds>', 'a box that cannot be reached then goes back by itself').default('60'))
    .option('--json', 'for scripts');

/**
 * `amphi config`. Exit code 0; 1: there are mistakes or differences, or a box did not take its configuration; 2:
 * nothing was done.
 */
export function configCommand(): Command {
  const command = new Command('config').description('settings of boxes: check, export, compare, import, push to many');
  command
    .command('check <file>')
    .description('all that is wrong with a configuration or a template')
    .option('--hosts <file>', 'table of the values of a template (CSV)')
    .action((file: string, flags: { hosts?: string }) => running(() => check(file, flags)));
  placed(command.command('export [box]'))
    .description('what is set on a box, as a file')
    .option('--output <file>', 'readable by its owner alone; else on the terminal')
    .option('--secrets', 'with passwords and keys; else they are ***')
    .option('--files <folder>', 'its logos and backgrounds, there')
    .action((box: string | undefined, flags) => running(() => exportFrom(box, flags)));
  placed(aboutBoxAndFile(command.command('diff')))
    .description('what would change, in words')
    .action((words: string[], flags) => running(() => diff(words, flags)));
  changing(aboutBoxAndFile(command.command('import')))
    .description('give a box a configuration, whole or a part')
    .option('--files <folder>', 'logos and backgrounds that go with it')
    .action((words: string[], flags) => running(() => importInto(words, flags)));
  changing(command.command('push <template>'))
    .description('give many boxes a template, each with its values')
    .requiredOption(
      '--hosts <file>',
      'table of boxes (CSV): host (an address, or a known name), and the columns that the template names',
    )
    .option('--parallel <number>', 'boxes at a time', '8')
    .option('--only <box...>', 'these of the table alone')
    .option('--changes', 'list the changes of every box')
    .action((template: string, flags) => running(() => push(template, flags)));
  return command;
}

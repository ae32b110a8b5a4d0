import { Command } from 'commander';
import { DialError } from '#technician/dial/dial-error.ts';
import { passwordSource } from '#technician/dial/password.ts';
import { tableOf } from '#technician/output/columns.ts';
import { knownPlaces, withBox, withoutBox, type KnownBox, type KnownPlaces } from './known-places.ts';
import { KnownError, openKnown } from './known-store.ts';

interface AddFlags {
  user?: string;
  port?: string;
  telnet?: string | true;
  ftp?: string | true;
  keepPassword?: boolean;
  passwordFile?: string;
}

const [TELNET_PORT, FTP_PORT] = [23, 21];
const say = (words: string): void => console.error(words);

/** Runs a command and sets the exit code: 0, or 2 with the reason. */
async function running(act: () => Promise<void> | void): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    say(`amphi boxes: ${error.message}`);
    process.exitCode = 2;
  }
}

function list({ json }: { json?: boolean }): void {
  const places = openKnown(say).read();
  if (json)
    return console.log(
      JSON.stringify(
        places.boxes.map((box) => shown(box, places)),
        undefined,
        2,
      ),
    );
  if (places.boxes.length === 0) return say('No box is known yet: amphi boxes add NAME HOST');
  for (const line of tableOf(places.boxes.map((box) => rowOf(box, places)))) console.log(line);
}

const rowOf = (box: KnownBox, { lastBox }: KnownPlaces): string[] => [
  box.name === lastBox ? '*' : ' ',
  box.name,
  `${box.user === undefined ? '' : `${box.user}@`}${box.host}${box.port === undefined ? '' : `:${box.port}`}`,
  [
    ...(box.telnet === undefined ? [] : [`commands by Telnet, ${box.telnet}`]),
    ...(box.ftp === undefined ? [] : [`files by FTP, ${box.ftp}`]),
    ...(box.password === undefined ? [] : ['its password is kept']),
  ].join('; '),
];

/** Box as it is shown, without its password. */
const shown = ({ password, ...box }: KnownBox, { lastBox }: KnownPlaces): object => ({
  ...box,
  isPasswordKept: password !== undefined,
  isLast: box.name === lastBox,
});

async function add(name: string, host: string, flags: AddFlags): Promise<void> {
  const password = flags.keepPassword ? await passwordSource({ file: flags.passwordFile })() : undefined;
  const made = {
    name,
    host,
    ...(flags.user === undefined ? {} : { user: flags.user }),
    ...(flags.port === undefined ? {} : { port: Number(flags.port) }),
    ...(flags.telnet === undefined ? {} : { telnet: flags.telnet === true ? TELNET_PORT : Number(flags.telnet) }),
    ...(flags.ftp === undefined ? {} : { ftp: flags.ftp === true ? FTP_PORT : Number(flags.ftp) }),
    ...(password ? { password } : {}),
  };
  const box = checked(made);
  const store = openKnown(say);
  store.change((places) => withBox(places, box));
  say(`${name} is ${host}${password ? `; its password is kept in ${store.path}` : ''}`);
}

function checked(made: KnownBox): KnownBox {
  const { success, data, error } = knownPlaces.shape.boxes.element.safeParse(made);
  if (success) return data;
  const [issue] = error.issues;
  throw new KnownError(`${issue?.path.join('.')}: ${issue?.message}`);
}

function change(name: string, edit: (places: KnownPlaces) => KnownPlaces): void {
  openKnown(say).change((places) => {
    if (!places.boxes.some((box) => box.name === name)) throw new KnownError(`no box is called ${name}: amphi boxes`);
    return edit(places);
  });
}

/** `amphi boxes`: names of boxes, kept for the other commands. Exit code 0, or 2 with the reason. */
export function boxesCommand(): Command {
  const boxes = new Command('boxes').description('names of boxes, for the other commands: list, add, remove, use');
  boxes
    .command('list', { isDefault: true })
    .description('known boxes; * was used last')
    .option('--json', 'for scripts')
    .action((flags: { json?: boolean }) => running(() => list(flags)));
  boxes
    .command('add <name> <host>')
    .description('give a box a name, or a known one another address')
    .option('--user <name>', 'in place of admin')
    .option('--port <number>', 'of SSH, for commands and files')
    .option('--telnet [port]', 'commands by Telnet (23)')
    .option('--ftp [port]', 'files by FTP (21)')
    .option('--keep-password', 'keep its password too; it is asked for')
    .option('--password-file <file>', 'with --keep-password; or AMPHI_SIS_PASSWORD')
    .action((name: string, host: string, flags: AddFlags) => running(() => add(name, host, flags)));
  boxes
    .command('remove <name>')
    .description('forget a box, with its password')
    .action((name: string) => running(() => change(name, (places) => withoutBox(places, name))));
  boxes
    .command('use <name>')
    .description('the box that is meant where none is named')
    .action((name: string) => running(() => change(name, (places) => ({ ...places, lastBox: name }))));
  return boxes;
}

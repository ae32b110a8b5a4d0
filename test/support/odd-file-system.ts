import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { until } from './until.ts';

const run = promisify(execFile);

/** A kind of file system that a test can have of its own. */
export type FileSystemKind = 'tmpfs' | 'ext4' | 'fuse';

/** A mounted file system of a test. */
export interface OwnFileSystem {
  /** Where it is mounted. */
  folder: string;
  /** Where its files are as well, without its oddities; the same as `folder` for others than FUSE. */
  below: string;
  /** Sets how it behaves from now on: the words of `odd-file-system.c`. For FUSE alone. */
  does(words: string): Promise<void>;
  /** Unmounts it at once, as a drive that is pulled out: open files still work, names do not. */
  leave(): Promise<void>;
  /** Ends the program behind it: each call on it fails with ENOTCONN, also on open files. For FUSE alone. */
  die(): Promise<void>;
  /** Mounts it again, with the same files. */
  comeBack(): Promise<void>;
}

/** The state of a mount that is made by one kind of file system. */
interface Mounting {
  mount: () => Promise<void>;
  die: () => Promise<void>;
}

/** Size in bytes of a tmpfs and of an ext4. */
const DISK_BYTES = 16 << 20;

let compiled: Promise<string> | undefined;

/** Compiles the FUSE program, once for each process; it is removed with the process. */
async function compile(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'amphi-odd-'));
  process.once('exit', () => rmSync(place, { recursive: true, force: true }));
  const program = join(place, 'odd-file-system');
  const source = new URL('odd-file-system.c', import.meta.url).pathname;
  const { stdout } = await run('pkg-config', ['--cflags', '--libs', 'fuse3']);
  await run('cc', ['-O1', '-o', program, source, ...stdout.trim().split(/\s+/)]);
  return program;
}

/** The reason for skipping a test, if this machine cannot mount such a file system; else false. */
export async function cannotMount(kind: FileSystemKind): Promise<string | false> {
  const ends: (() => unknown)[] = [];
  try {
    await openFileSystem({ after: (end: () => unknown) => void ends.push(end) }, kind);
    return false;
  } catch (error) {
    return `no ${kind} can be mounted here: ${(error as Error).message.trim().split('\n').at(-1)}`;
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

/** Mounts a file system of this kind; it is removed after the test. Rejects if this machine cannot do that. */
export async function openFileSystem(
  t: Pick<TestContext, 'after'> | { after(end: () => unknown): void },
  kind: FileSystemKind,
  words = '',
): Promise<OwnFileSystem> {
  const place = await mkdtemp(join(tmpdir(), 'amphi-disk-'));
  const [folder, control] = [join(place, 'disk'), join(place, 'control')];
  const below = kind === 'fuse' ? join(place, 'below') : folder;
  await mkdir(folder);
  await mkdir(below, { recursive: true });
  await writeFile(control, words);
  const { mount, die } = await MOUNTINGS[kind]({ place, folder, below, control });
  const leave = async (): Promise<void> => void (await run('umount', ['-l', folder]));
  t.after(async () => {
    await leave().catch(() => undefined);
    await die();
    // A program that was killed may still be closing its files.
    await rm(place, { recursive: true, force: true, maxRetries: 20 });
  });
  await mount();
  return {
    folder,
    below,
    does: (text) => writeFile(control, text),
    leave,
    die,
    async comeBack() {
      await leave().catch(() => undefined);
      await mount();
    },
  };
}

interface Places {
  place: string;
  folder: string;
  below: string;
  control: string;
}

const nothing = (): Promise<void> => Promise.resolve();

const MOUNTINGS: Record<FileSystemKind, (places: Places) => Promise<Mounting>> = {
  /** Its files live in a mount of their own, so that they are still there when it comes back. */
  async tmpfs({ place, folder }) {
    const kept = join(place, 'kept');
    await mkdir(kept);
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'amphi-test', kept]);
    const mount = async (): Promise<void> => void (await run('mount', ['--bind', kept, folder]));
    return { mount, die: async () => void (await run('umount', ['-l', kept]).catch(() => undefined)) };
  },
  async ext4({ place, folder }) {
    const image = join(place, 'image');
    await writeFile(image, '');
    await run('truncate', ['-s', String(DISK_BYTES), image]);
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image], { env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` } });
    return { mount: async () => void (await run('mount', ['-o', 'loop', image, folder])), die: nothing };
  },
  async fuse({ folder, below, control }) {
    const program = await (compiled ??= compile());
    let child: ChildProcess | undefined;
    const isMounted = async (): Promise<boolean> => (await stat(folder)).dev !== (await stat(join(folder, '..'))).dev;
    return {
      async mount() {
        const own = spawn(program, [below, control, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
        let words = '';
        let isOver = false;
        own.once('close', () => (isOver = true));
        own.once('error', (error) => (words = error.message));
        own.stderr.on('data', (data: Buffer) => void (words += data.toString()));
        child = own;
        await until('it is mounted', async () => isOver || (await isMounted()));
        if (isOver) throw new Error(words || `it ended with ${own.exitCode}`);
      },
      async die() {
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  },
};

import { readdir, readFile, readlink } from 'node:fs/promises';

/** A socket of a process that others can send to. */
export interface ListeningSocket {
  pid: number;
  protocol: 'tcp' | 'udp';
  port: number;
}

/** States in `/proc/net/tcp` (LISTEN) and in `/proc/net/udp` (a socket that is not connected). */
const OPEN = { tcp: '0A', udp: '07' } as const;

/** The ports on which these processes listen, as the kernel reports them. */
export async function listeningOf(pids: readonly number[]): Promise<ListeningSocket[]> {
  const owners = new Map<string, number>();
  for (const pid of pids) for (const inode of await socketsOf(pid)) owners.set(inode, pid);
  const found: ListeningSocket[] = [];
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const table of [protocol, `${protocol}6`]) {
      const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '');
      for (const line of text.split('\n').slice(1)) {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        const pid = owners.get(inode);
        if (pid === undefined || state !== OPEN[protocol]) continue;
        found.push({ pid, protocol, port: Number.parseInt(local.split(':')[1] ?? '', 16) });
      }
    }
  }
  return found;
}

/** The descendants of a process. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const children = async (of: number): Promise<number[]> => {
    const text = await readFile(`/proc/${of}/task/${of}/children`, 'utf8').catch(() => '');
    return text.trim() ? text.trim().split(' ').map(Number) : [];
  };
  const found: number[] = [];
  for (let next = await children(pid); next.length > 0; next = (await Promise.all(next.map(children))).flat())
    found.push(...next);
  return found;
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder).catch(() => [])).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

/** Number of open files and sockets of a process. */
export const openFilesOf = async (pid: number): Promise<number> =>
  (await readdir(`/proc/${pid}/fd`).catch(() => [])).length;

/** Memory of a process that is in use, in MB. */
export async function rssMbOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

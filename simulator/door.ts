import { randomBytes } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { openInTurn } from '#lib/runtime/in-turn.ts';

/** The port of a source for its players: a TCP relay that can close, hold or spoil connections. */
export interface Door {
  readonly port: number;
  /** Changes the port; resolves when it is open or closed. Rejects if it cannot be opened again. */
  set(state: DoorState): Promise<void>;
  /** Makes the current connections carry nothing any more, without closing them. */
  abandon(): void;
  close(): Promise<void>;
}

/** The state of the port. */
export type DoorState = 'open' | 'closed' | 'held' | 'garbage';

interface Passage {
  client: Socket;
  server: Socket;
  /** Whether nothing passes at the moment. */
  held: boolean;
  /** Whether nothing will ever pass again. */
  dead: boolean;
}

/**
 * Opens a relay at `host`:`port` (0: any) to the server at `behind`. The server sees a player on a loopback address
 * under its own address, so that RTP over UDP reaches it.
 */
export async function openDoor(host: string, port: number, behind: { host: string; port: number }): Promise<Door> {
  const passages = new Set<Passage>();
  let state: DoorState = 'open';
  let listener: Server | undefined = await listenAt(host, port, enter);
  const ownPort = (listener.address() as AddressInfo).port;
  const queue = openInTurn();

  function enter(client: Socket): void {
    const from = client.remoteAddress ?? '';
    const own = from.startsWith('127.') ? { localAddress: from } : {};
    const server = connect({ ...behind, ...own, noDelay: true });
    const passage: Passage = { client, server, held: false, dead: false };
    passages.add(passage);
    client.setNoDelay(true);
    forward(passage, client, server, (chunk) => chunk);
    forward(passage, server, client, (chunk) => (state === 'garbage' ? randomBytes(chunk.length) : chunk));
    const leave = (): void => {
      passages.delete(passage);
      client.destroy();
      server.destroy();
    };
    client.once('close', leave);
    server.once('close', () => void (passage.dead || leave()));
    if (state === 'held') hold(passage);
  }

  const turnTo = async (next: DoorState): Promise<void> => {
    if (next === 'closed' && listener) {
      const closed = new Promise((resolve) => listener?.close(resolve));
      for (const { client, server } of passages) {
        client.resetAndDestroy();
        server.destroy();
      }
      await closed;
      listener = undefined;
    }
    state = next;
    if (next !== 'closed') listener ??= await listenAt(host, ownPort, enter);
    for (const passage of passages)
      if (next === 'held') hold(passage);
      else release(passage);
  };

  return {
    port: ownPort,
    set: (next) => queue.run(() => turnTo(next)),
    abandon() {
      for (const passage of passages) {
        passage.dead = true;
        passage.server.destroy();
        // Bytes that the client still sends are read and dropped, so that its end is noticed.
        passage.client.resume();
      }
    },
    close: () => queue.run(() => turnTo('closed')),
  };
}

function forward(passage: Passage, from: Socket, to: Socket, change: (chunk: Buffer) => Buffer): void {
  from.on('data', (chunk) => {
    if (!passage.dead && !to.write(change(chunk))) from.pause();
  });
  to.on('drain', () => void (passage.held || from.resume()));
  from.once('end', () => void (passage.dead || to.end()));
  from.on('error', () => undefined);
}

function hold(passage: Passage): void {
  if (passage.dead) return;
  passage.held = true;
  passage.client.pause();
  passage.server.pause();
}

function release(passage: Passage): void {
  passage.held = false;
  passage.client.resume();
  passage.server.resume();
}

function listenAt(host: string, port: number, enter: (client: Socket) => void): Promise<Server> {
  const server = createServer(enter);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => resolve(server));
  });
}

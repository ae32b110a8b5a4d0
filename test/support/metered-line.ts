import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server of this machine that counts what passes, and that can be cut. */
export interface MeteredLine {
  url: string;
  /** Bytes that went to the server. */
  sentBytes(): number;
  /** Leads new connections to another server: one that was started again. */
  leadTo(url: string): void;
  /** Cuts all connections, and refuses new ones. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a line to a server. */
export async function openMeteredLine(to: string): Promise<MeteredLine> {
  const sockets = new Set<Socket>();
  let port = Number(new URL(to).port);
  let isCut = false;
  let sent = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const listener = createServer((near) => {
    keep(near);
    if (isCut) return void near.destroy();
    const far = connect({ port, host: '127.0.0.1' });
    keep(far);
    near.on('data', (chunk: Buffer) => (sent += chunk.length));
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    sentBytes: () => sent,
    leadTo: (url) => void (port = Number(new URL(url).port)),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => void (isCut = false),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

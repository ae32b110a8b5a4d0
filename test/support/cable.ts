import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network cable to a port of this machine; a test can pull it out. */
export interface Cable {
  port: number;
  /** Lets nothing pass any more, in either direction; no connection is closed. */
  pull(): void;
  /** Lets new connections pass; those from before are lost. */
  plug(): void;
  close(): Promise<void>;
}

/** Opens a port that leads to port `to` of this machine. */
export async function openCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isIn = true;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const listener = createServer((near) => {
    keep(near);
    if (!isIn) return void near.pause();
    const far = connect({ port: to, host: '127.0.0.1' });
    keep(far);
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    pull() {
      isIn = false;
      for (const socket of sockets) socket.unpipe().pause();
    },
    plug() {
      isIn = true;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

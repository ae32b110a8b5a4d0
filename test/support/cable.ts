import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network cable to a port of this machine, that can be pulled out. */
export interface Cable {
  port: number;
  /** Nothing passes any more, in either direction; nobody is told. */
  pull(): void;
  /** What was connected before is lost; what comes now passes. */
  plug(): void;
  close(): Promise<void>;
}

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

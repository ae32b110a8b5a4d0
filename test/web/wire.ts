import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network between a browser and a box, that can be cut: then nothing passes, and nobody is told. */
export interface Wire {
  port: number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openWire(to: number): Promise<Wire> {
  const pairs = new Set<[Socket, Socket]>();
  let isCut = false;
  const server = createServer((near) => {
    // Whoever calls while it is cut waits in vain, as one does.
    const far = isCut ? near : connect(to, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
    if (far === near) near.pause();
    else near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
        far.pause();
      }
    },
    mend() {
      isCut = false;
      for (const [near] of pairs) near.destroy();
    },
    async close() {
      for (const [near] of pairs) near.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

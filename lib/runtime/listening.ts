/** Addresses and port of a service. Without addresses, or with port `undefined`, it is off. */
export interface Place {
  addresses: readonly string[];
  /** Port, the same on all addresses; 0 takes any free one. */
  port: number | undefined;
}

/** A service that listens on every address of its place, or nowhere. */
export interface Listening {
  /** The port; undefined while the service is off. */
  readonly port: number | undefined;
  /** Listens on another port, or nowhere; open connections stay. If it cannot, it rejects and listens as before. */
  move(port: number | undefined): Promise<void>;
  /** Stops listening; resolves when the last connection has ended. */
  stop(): Promise<void>;
}

/** One address and port on which a service listens. */
export interface Listener {
  port: number;
  /** Accepts no more; resolves when the open connections have ended. */
  stop(): Promise<void>;
}

/**
 * Listens on all addresses of a place. If one is not available, it rejects and listens nowhere; `name` is used in the
 * message.
 */
export async function startListening(
  { addresses, port: first }: Place,
  name: string,
  listen: (address: string, port: number) => Promise<Listener>,
): Promise<Listening> {
  const open = async (wanted: number | undefined): Promise<Listener[]> => {
    if (wanted === undefined) return [];
    const opened: Listener[] = [];
    try {
      for (const address of addresses) opened.push(await listen(address, opened[0]?.port ?? wanted));
    } catch (error) {
      await Promise.all(opened.map((one) => one.stop()));
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
    return opened;
  };
  let listeners = await open(first);
  const stopping = new Set<Promise<void>>();
  const stop = (ones: readonly Listener[]): void => {
    for (const one of ones) {
      const stopped = one.stop().finally(() => stopping.delete(stopped));
      stopping.add(stopped);
    }
  };
  return {
    get port() {
      return listeners[0]?.port;
    },
    async move(port) {
      if (port !== undefined && port !== 0 && port === listeners[0]?.port) return;
      const before = listeners;
      listeners = await open(port);
      stop(before);
    },
    async stop() {
      stop(listeners.splice(0));
      await Promise.all(stopping);
    },
  };
}

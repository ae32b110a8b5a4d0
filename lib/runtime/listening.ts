/** Where a service is reached. No addresses, or port `undefined`: it is off. */
export interface Place {
  addresses: readonly string[];
  /** 0: any free one, the same on all addresses. */
  port: number | undefined;
}

/** A service that listens on every address of its place, or nowhere. */
export interface Listening {
  /** Undefined while off. */
  readonly port: number | undefined;
  /** Listens on another port (or nowhere); connections that are open stay. Rejects, and listens as before, if it cannot. */
  move(port: number | undefined): Promise<void>;
  /** Listens no more; resolves when the last connection has ended. */
  stop(): Promise<void>;
}

/** One address and port that is listened on. */
export interface Listener {
  port: number;
  /** Takes nothing new; resolves when what is open has ended. */
  stop(): Promise<void>;
}

/** Listens on all addresses of a place. Rejects, listening nowhere, if one of them cannot be had; `name` is for the message. */
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

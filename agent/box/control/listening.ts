/** Where services listen, by name: told by whoever opens them, asked by whoever must say where the box is reached. */
export interface Listening {
  /** Undefined before it is told; 0: off. */
  portOf(service: string): number | undefined;
  tell: (ports: Readonly<Record<string, number>>) => void;
}

/** Opens the list; nothing listens yet. */
export function openListening(): Listening {
  const known = new Map<string, number>();
  return {
    portOf: (service) => known.get(service),
    tell(ports) {
      for (const [service, port] of Object.entries(ports)) known.set(service, port);
    },
  };
}

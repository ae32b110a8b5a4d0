/**
 * Ports on which services listen, by the services' names. They are told by the code that opens a service, and asked for
 * by the code that gives the box's addresses to clients.
 */
export interface Listening {
  /** Port of a service; undefined as long as it is not known, 0 if the service is off. */
  portOf(service: string): number | undefined;
  tell: (ports: Readonly<Record<string, number>>) => void;
}

/** Opens the list of ports; it is empty at first. */
export function openListening(): Listening {
  const known = new Map<string, number>();
  return {
    portOf: (service) => known.get(service),
    tell(ports) {
      for (const [service, port] of Object.entries(ports)) known.set(service, port);
    },
  };
}

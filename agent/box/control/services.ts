import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Listeners } from '#agent/control/session/listen.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { portAlarm } from './port-alarm.ts';

/** Opens a service on a port; undefined: the service is off, but can be moved to a port later. */
export type Opener = (port: number | undefined) => Promise<Listeners>;

/** Options of `startServices`. */
export interface ServicesOptions<Service extends string> {
  /** Functions that open each service. */
  openers: Record<Service, Opener>;
  /** The port on which a service should listen now; undefined: it should be off. */
  placeOf: (service: Service, state: DeviceState) => number | undefined;
  device: DeviceClient;
  log: Log;
  /** Called after each change with the ports of all services. */
  onPorts?: (ports: Record<Service, number>) => void;
}

/**
 * Services that listen on ports. If a port is not available, an alarm is raised and the other services go on, since the
 * lecture must be recorded.
 */
export interface Services<Service extends string> {
  /** Ports of the services; 0 is off. */
  ports(): Record<Service, number>;
  /** Moves a service to another port. If that port is not available, the promise rejects and nothing changes. */
  move(service: Service, port: number | undefined): Promise<void>;
  /** Closes all services and opens them on their ports. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Opens every service on its port, and moves a service when its port in the state changes. */
export async function startServices<Service extends string>(
  options: ServicesOptions<Service>,
): Promise<Services<Service>> {
  const { openers, placeOf, device, log } = options;
  const names = Object.keys(openers) as Service[];
  const open = new Map<Service, Listeners>();
  const places = new Map<Service, number | undefined>();
  let ports = portsOf(names, open);
  const changes = openInTurn();

  /**
   * Updates the list of ports after a change, since every command reads that list; raises or ends the service's alarm.
   */
  const tell = (service: Service, error?: Error): void => {
    ports = portsOf(names, open);
    options.onPorts?.(ports);
    if (!error) return device.observe({ fact: 'alarm', clear: { name: 'control', about: service } });
    const keys = { port: `${service}.port`, listen: `${service}.listen` };
    device.observe(portAlarm(service, error, { keys, asked: places.get(service), log }));
  };
  const begin = async (service: Service): Promise<void> => {
    const place = placeOf(service, device.state());
    places.set(service, place);
    try {
      open.set(service, await openers[service](place));
      tell(service);
    } catch (error) {
      // A service without its port is opened as off, so that it can be moved to another port.
      open.set(service, await openers[service](undefined));
      tell(service, error as Error);
    }
  };
  const end = async (): Promise<void> => void (await Promise.all([...open.values()].map((one) => one.close())));
  const move = async (service: Service, port: number | undefined): Promise<void> => {
    await open.get(service)?.move(port);
    places.set(service, port);
    tell(service);
  };
  const follow = async (): Promise<void> => {
    for (const service of names) {
      const place = placeOf(service, device.state());
      if (place === places.get(service)) continue;
      places.set(service, place);
      await move(service, place).catch((error: Error) => tell(service, error));
    }
  };
  const beginAll = async (): Promise<void> => {
    for (const service of names) await begin(service);
  };

  await beginAll();
  const unsubscribe = device.subscribe(({ before, state }) => {
    if (names.some((service) => placeOf(service, before) !== placeOf(service, state))) void changes.run(follow);
  });
  return {
    ports: () => ports,
    move: (service, port) => changes.run(() => move(service, port)),
    restart: () => changes.run(() => end().then(beginAll)),
    async close() {
      unsubscribe();
      await changes.run(end);
    },
  };
}

const portsOf = <Service extends string>(
  names: readonly Service[],
  open: ReadonlyMap<Service, Listeners>,
): Record<Service, number> =>
  Object.fromEntries(names.map((name) => [name, open.get(name)?.port ?? 0])) as Record<Service, number>;

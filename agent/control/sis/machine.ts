import { readdir, readFile } from 'node:fs/promises';
import { freemem, hostname, networkInterfaces, totalmem } from 'node:os';
import { join } from 'node:path';
import { readSensors } from './sensors.ts';
import type { BoxFacts } from './world.ts';

/** Facts of the machine that the box runs on. */
export type MachineFacts = Pick<
  BoxFacts,
  'memory' | 'cpuPercent' | 'ethernet' | 'mac' | 'serial' | 'network' | 'addresses' | 'celsius' | 'sensors'
>;

/** Watches the machine. */
export interface Machine {
  facts(): MachineFacts;
  close(): void;
}

const LOOK_EVERY_MS = 2000;
/** Temperature in °C that is given if there is no sensor. */
const NEUTRAL_CELSIUS = 40;

const textOf = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();

interface Ticks {
  idle: number;
  all: number;
}

/** Processor time of the first line of /proc/stat: user nice system idle iowait irq softirq steal… (proc(5)). */
function ticksOf(stat: string): Ticks {
  const ticks = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '').split(' ').map(Number);
  const [, , , idle = 0, waiting = 0] = ticks;
  return { idle: idle + waiting, all: ticks.slice(0, 8).reduce((sum, each) => sum + each, 0) };
}

const usedPercent = (before: Ticks, now: Ticks): number =>
  now.all > before.all
    ? Math.max(0, Math.min(100, 100 - (100 * (now.idle - before.idle)) / (now.all - before.all)))
    : 0;

/**
 * The address of a hexadecimal number in /proc/net/route: `0101A8C0` is 192.168.1.1, in the byte order of the machine.
 */
const addressOfHex = (hex: string): string =>
  (hex.match(/../g) ?? [])
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');

async function defaultRoute(): Promise<{ device: string; gateway: string } | undefined> {
  for (const line of (await textOf('/proc/net/route')).split('\n').slice(1)) {
    const [device = '', target, gateway = '00000000'] = line.split('\t');
    if (target === '00000000') return { device, gateway: addressOfHex(gateway) };
  }
  return undefined;
}

async function celsiusOf(): Promise<number> {
  const root = '/sys/class/thermal';
  const zones = (await readdir(root).catch(() => [])).filter((name) => name.startsWith('thermal_zone'));
  const readings = await Promise.all(zones.map((zone) => textOf(join(root, zone, 'temp'))));
  const valid = readings.map((text) => Number(text) / 1000).filter((value) => value > 0 && value < 150);
  return valid.length > 0 ? Math.max(...valid) : NEUTRAL_CELSIUS;
}

const interfacesIpv4 = () =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).filter(({ family }) => family === 'IPv4').map((address) => ({ name, ...address })),
  );

/** The interface of the default route, else the first that is no loopback, else the loopback. */
function interfaceOf(preferred: string | undefined) {
  const all = interfacesIpv4();
  return all.find(({ name }) => name === preferred) ?? all.find(({ internal }) => !internal) ?? all[0];
}

async function linkOf(name: string): Promise<BoxFacts['ethernet']> {
  const of = (what: string): Promise<string> => textOf(join('/sys/class/net', name, what));
  const [state, speed, duplex] = await Promise.all([of('operstate'), of('speed'), of('duplex')]);
  const mbps = Number(speed);
  return {
    link: state === 'down' ? 'down' : 'up',
    mbps: mbps > 0 ? mbps : 1000,
    duplex: duplex === 'half' ? 'half' : 'full',
  };
}

const prefixOf = (cidr: string | null | undefined): number => Number(cidr?.split('/')[1] ?? 8);

async function networkOf(): Promise<Pick<MachineFacts, 'ethernet' | 'mac' | 'network' | 'addresses'>> {
  const route = await defaultRoute();
  const found = interfaceOf(route?.device);
  const dns = /^nameserver +([\d.]+)$/m.exec(await textOf('/etc/resolv.conf'))?.[1] ?? '0.0.0.0';
  return {
    ethernet: await linkOf(found?.name ?? 'lo'),
    mac: (found?.mac ?? '00:00:00:00:00:00').toUpperCase().replaceAll(':', '-'),
    network: {
      address: found?.address ?? '127.0.0.1',
      mask: found?.netmask ?? '255.0.0.0',
      prefix: prefixOf(found?.cidr),
      gateway: route?.gateway ?? '0.0.0.0',
      dns,
      // Whether the address came from DHCP is known to the machine alone.
      dhcp: false,
    },
    addresses: interfacesIpv4().map(({ address, netmask: mask, cidr }) => ({ address, mask, prefix: prefixOf(cidr) })),
  };
}

/** Opens the watch of the machine. It reads every two seconds, so that a query is answered at once. */
export async function openMachine(): Promise<Machine> {
  let ticks: Ticks = { idle: 0, all: 0 };
  const machineId = await textOf('/etc/machine-id');
  const serial = (machineId || hostname()).slice(0, 12).toUpperCase();
  const look = async (): Promise<MachineFacts> => {
    const now = ticksOf(await textOf('/proc/stat'));
    const cpuPercent = usedPercent(ticks, now);
    ticks = now;
    return {
      ...(await networkOf()),
      cpuPercent,
      serial,
      celsius: await celsiusOf(),
      sensors: await readSensors(),
      memory: { usedBytes: totalmem() - freemem(), totalKb: totalmem() / 1024 },
    };
  };
  let facts = await look();
  // The former facts stay if reading fails: even the list of interfaces needs a free file descriptor.
  const again = (): void =>
    void look()
      .then((found) => (facts = found))
      .catch(() => undefined);
  const timer = setInterval(again, LOOK_EVERY_MS);
  return { facts: () => facts, close: () => clearInterval(timer) };
}

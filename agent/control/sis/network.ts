import type { network } from '#lib/sis/families/network.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { refuse } from '#lib/sis/handlers.ts';
import type { MovablePort } from '#agent/device/state.ts';
import type { Access } from '../session/line-session.ts';
import { done, told, wish, type BoxEvent, type BoxFacts, type SisWorld, type View } from './world.ts';

type NetworkRow = Extract<(typeof network)[number], { by: 'device' }>;

/** Saves the value that was asked for, so that a query gives it back; replies give the value that is in effect. */
const keeping = (row: string, values: object): BoxEvent => wish('sis.keep', { row, values: { ...values } });

const isTaken = ({ ports }: BoxFacts, port: number, but: keyof BoxFacts['ports']): boolean =>
  port !== 0 && Object.entries(ports).some(([service, taken]) => service !== but && taken === port);

/**
 * Handlers of a service's port. 0 switches the service off. A port that is in use or not available is refused, and
 * nothing changes.
 */
const portOf = (service: MovablePort) => ({
  set(view: View, { port }: { port: number }) {
    if (isTaken(view.facts, port, service)) return refuse('E13');
    const to = port === 0 ? undefined : port;
    return done(
      view,
      { act: (box) => box.movePort(service, to) },
      wish('sis.set', { ports: { [service]: to ?? null } }),
    );
  },
  query: ({ device, facts }: View) => ({ port: facts.ports[service] || (device.wanted.sis.ports[service] ?? 0) }),
});

const setPassword = (account: Access, password: string | null): BoxEvent => ({
  act: (box) => box.setPassword(account, password),
});
const stars = ({ facts }: View, account: Access) => ({ password: facts.hasPassword[account] ? '****' : '' });

const NOT_SPECIFIED = 'Not Specified';
const setSnmp = (changes: { contact?: string; location?: string; community?: string; enabled?: boolean }): BoxEvent =>
  wish('sis.set', { snmp: changes });

/** Handlers for addresses, ports, passwords and SNMP (facts/smp351 2.3). */
export const networkHandlers: Handlers<NetworkRow, SisWorld> = {
  'network.dhcp': {
    set: (view, { on }) => done(view, keeping('network.dhcp', { on })),
    query: ({ facts }) => ({ on: facts.network.dhcp }),
  },
  'network.address': {
    set: (view, { address }) => done(view, keeping('network.address', { address })),
    query: ({ facts }) => ({ address: facts.network.address }),
  },
  'network.mask': {
    set: (view, { mask }) => done(view, keeping('network.mask', { mask })),
    query: ({ facts }) => ({ mask: facts.network.mask }),
  },
  'network.gateway': {
    set: (view, { address }) => done(view, keeping('network.gateway', { address })),
    query: ({ facts }) => ({ address: facts.network.gateway }),
  },
  'network.dns': {
    set: (view, { address }) => done(view, keeping('network.dns', { address })),
    query: ({ facts }) => ({ address: facts.network.dns }),
  },
  'network.all': {
    set: (view, { subnet, gateway }) => done(view, keeping('network.all', { ...subnet, gateway })),
    // The settings that were asked for are answered, as by the device, which applies them at once; `CI` gives the real
    // ones.
    query({ facts: { network: is }, device }) {
      const { address, prefix, gateway } = { ...is, ...device.wanted.sis.kept['network.all'] };
      return { subnet: { address, prefix }, gateway };
    },
  },
  'network.mac': { query: ({ facts }) => ({ mac: facts.mac }) },
  'network.timeout': {
    set: (view, { timeoutMs }) => done(view, wish('sis.set', { idleMs: timeoutMs })),
    query: ({ device }) => ({ timeoutMs: device.wanted.sis.idleMs }),
  },
  'port.telnet': portOf('telnet'),
  'port.ssh': portOf('ssh'),
  'port.http': portOf('http'),
  'port.https': portOf('https'),
  'port.snmp': portOf('snmp'),
  'password.admin': {
    set: (view, { password }) => done(view, setPassword('admin', password)),
    reset: (view) => told(view, { password: '' }, setPassword('admin', null)),
    query: (view) => stars(view, 'admin'),
  },
  'password.user': {
    set: (view, { password }) => done(view, setPassword('user', password)),
    reset: (view) => told(view, { password: '' }, setPassword('user', null)),
    query: (view) => stars(view, 'user'),
  },
  'snmp.contact': {
    set: (view, { text }) => done(view, setSnmp({ contact: text })),
    reset: (view) => told(view, { text: NOT_SPECIFIED }, setSnmp({ contact: NOT_SPECIFIED })),
    query: ({ device }) => ({ text: device.wanted.sis.snmp.contact }),
  },
  'snmp.location': {
    set: (view, { text }) => done(view, setSnmp({ location: text })),
    reset: (view) => told(view, { text: NOT_SPECIFIED }, setSnmp({ location: NOT_SPECIFIED })),
    query: ({ device }) => ({ text: device.wanted.sis.snmp.location }),
  },
  'snmp.community.public': {
    set: (view, { text }) => done(view, setSnmp({ community: text })),
    reset: (view) => told(view, { text: 'public' }, setSnmp({ community: 'public' })),
    query: ({ device }) => ({ text: device.wanted.sis.snmp.community }),
  },
  'snmp.enable': {
    set: (view, { on }) => done(view, setSnmp({ enabled: on })),
    query: ({ device }) => ({ on: device.wanted.sis.snmp.enabled }),
  },
};

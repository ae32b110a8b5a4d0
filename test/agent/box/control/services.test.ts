import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { after, test } from 'node:test';
import { startListeners } from '#agent/control/session/listen.ts';
import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Session } from '#agent/device/outcome.ts';
import { startServices, type Services } from '#agent/box/control/services.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { freePort, OWN_LOOPBACK } from '#test/support/free-port.ts';
import { until } from '#test/support/until.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';

const session: Session = { id: 'test', via: 'http', access: 'admin' };
const undo: (() => unknown)[] = [];
after(() => Promise.all(undo.map((one) => one())));

const taken = async (): Promise<{ port: number; server: Server }> => {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, OWN_LOOPBACK, resolve));
  undo.push(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
};
const free = (): Promise<number> => freePort(OWN_LOOPBACK);
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, OWN_LOOPBACK, () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });

const newDevice = (): Device =>
  openDevice({
    initial: initialState(factoryWanted(factoryLayouts)),
    factoryLayouts,
    clock: virtualClock(),
    newId: () => 'id',
    log: silentLog,
  });
const ask = (device: Device, ports: object): void =>
  void device.request({ name: 'sis.set', params: { ports }, session });
const alarmsOf = (device: Device): string[] => device.state().seen.alarms.map(({ about }) => about);

async function telnetAt(port: number, device: Device): Promise<Services<'telnet'>> {
  const services = await startServices({
    device,
    log: silentLog,
    openers: {
      telnet: (at) =>
        startListeners(
          { addresses: [OWN_LOOPBACK], port: at },
          { name: 'telnet', log: silentLog, mostSockets: 9, onSocket: (socket) => void socket.resume() },
        ),
    },
    placeOf: (_service, { wanted: { sis } }) => (sis.ports.telnet === null ? undefined : (sis.ports.telnet ?? port)),
  });
  undo.push(() => services.close());
  return services;
}

test('a port that is taken is an alarm; the service can be moved, and then the alarm is over', async () => {
  const device = newDevice();
  const services = await telnetAt((await taken()).port, device);
  assert.deepEqual([services.ports().telnet, alarmsOf(device)], [0, ['telnet']]);
  const port = await free();
  await services.move('telnet', port);
  assert.deepEqual([services.ports().telnet, alarmsOf(device)], [port, []]);
  assert.equal(await answers(port), true);
});

test('it cannot be moved to a port that is taken, and stays where it is', async () => {
  const device = newDevice();
  const services = await telnetAt(0, device);
  const { telnet } = services.ports();
  await assert.rejects(services.move('telnet', (await taken()).port), /EADDRINUSE/);
  assert.deepEqual([services.ports().telnet, alarmsOf(device)], [telnet, []]);
  assert.equal(await answers(telnet), true);
});

test('it follows settings that come another way, such as a backup: elsewhere, off, and back', async () => {
  const device = newDevice();
  const services = await telnetAt(0, device);
  const [before, port] = [services.ports().telnet, await free()];
  ask(device, { telnet: port });
  await until('it moved', () => services.ports().telnet === port);
  assert.equal(await answers(before), false);
  ask(device, { telnet: null });
  await until('it is off', () => services.ports().telnet === 0);
  assert.equal(await answers(port), false);
  const theirs = await taken();
  ask(device, { telnet: theirs.port });
  await until('it is told', () => alarmsOf(device).includes('telnet'));
  ask(device, { telnet: port });
  await until('it is over', () => alarmsOf(device).length === 0);
  assert.equal(await answers(port), true);
});

test('begun anew, everything is where it belongs', async () => {
  const device = newDevice();
  const port = await free();
  const services = await telnetAt(port, device);
  await services.restart();
  assert.equal(services.ports().telnet, port);
  await services.close();
  assert.equal(await answers(port), false);
});

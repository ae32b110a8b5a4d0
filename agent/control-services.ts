import { join } from 'node:path';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Personality } from '#lib/sis/personality.ts';
import { openProtocol, type Protocol } from '#lib/sis/protocol.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openActions, type ActionsOptions } from './box-actions.ts';
import type { Config } from './config.ts';
import type { Accounts } from './control/accounts.ts';
import type { CertificateStore } from './control/certificate.ts';
import { openFileTree, type FileTree } from './control/file-tree.ts';
import { openFolderFiles } from './control/folder-files.ts';
import { openHostKeys } from './control/host-keys.ts';
import type { Listeners } from './control/listen.ts';
import { startSerial, usualSettings, type SerialSettings } from './control/serial.ts';
import type { Machine } from './control/sis/machine.ts';
import { openSisPort, type SisPort } from './control/sis/port.ts';
import { startSsh } from './control/ssh.ts';
import { sshFiles } from './control/ssh-files.ts';
import { startTelnet } from './control/telnet.ts';
import type { Web } from './web/server.ts';

export interface ControlSettings extends Omit<ActionsOptions, 'backupFolder' | 'movePort' | 'restart' | 'log'> {
  config: Config;
  version: string;
  web: Pick<Web, 'http' | 'https'>;
  certificate: CertificateStore;
  personality: Personality;
  machine: Machine;
  /** Somebody wants the box to begin anew. */
  onRestart(): void;
  log: Log;
}

/** Telnet, SSH and the serial line, and what they talk to. */
export interface ControlServices {
  ports(): Record<'telnet' | 'ssh', number>;
}

type Service = 'telnet' | 'ssh';

/** Starts what is reached by controllers. A port that cannot be had is an alarm and no more: a lecture goes on. */
export async function startControl(settings: ControlSettings, scope: Scope): Promise<ControlServices> {
  const { config, device, accounts, personality, machine, log } = settings;
  const protocol = openProtocol(personality);
  const files = await openFiles(config, log);
  const listeners: Partial<Record<Service, Listeners>> = {};
  const ports = () => ({ telnet: listeners.telnet?.port ?? 0, ssh: listeners.ssh?.port ?? 0 });
  const port = openSisPort({
    ...{ protocol, device, clock: realClock, log, files },
    facts: factsOf(settings, machine, accounts, ports),
    actions: openActions({
      ...settings,
      backupFolder: join(config.data, BACKUP),
      movePort: async (service, to) =>
        listeners[service]?.move(to).then(
          () => undefined,
          () => 'E13' as const,
        ),
      restart: (what) => (what === 'unit' ? settings.onRestart() : void listen()),
    }),
  });
  scope.defer(() => port.close());
  const end = async (): Promise<void> => void (await Promise.all([listeners.telnet?.close(), listeners.ssh?.close()]));
  const openAll = openers({
    settings,
    protocol,
    accounts,
    files,
    port,
    hostKeys: await openHostKeys(config.data, log),
  });
  const listen = async (): Promise<void> => {
    await end();
    for (const service of ['telnet', 'ssh'] as const) {
      const opened = await openOrTell(service, settings, (at) => openAll[service](at));
      if (opened) listeners[service] = opened;
    }
  };
  scope.defer(end);
  await listen();
  openSerial(settings, port, scope);
  return { ports };
}

const BACKUP = 'nortxe-backup';

function factsOf(settings: ControlSettings, machine: Machine, accounts: Accounts, ports: ControlServices['ports']) {
  const { config, version, web } = settings;
  const { timeZone: machineZone } = new Intl.DateTimeFormat().resolvedOptions();
  return () => ({
    ...machine.facts(),
    ...{ nowMs: Date.now(), timeZone: config.timeZone ?? machineZone, version, factoryLayouts },
    hasPassword: { admin: accounts.has('admin'), user: accounts.has('user') },
    ports: { ...ports(), http: web.http.port ?? 0, https: web.https.port ?? 0, snmp: 0 },
  });
}

/** What there is of files until now: the backups, and overlays. */
async function openFiles({ data }: Config, log: Log): Promise<FileTree> {
  const all = ['read', 'store', 'remove'] as const;
  const mount = async (name: string, mode: number) => ({
    name,
    files: await openFolderFiles({ folder: join(data, name), log, mode }),
    rights: { admin: all, user: [] },
  });
  return openFileTree([await mount(BACKUP, 0o600), await mount('overlays', 0o644)]);
}

interface Parts {
  settings: ControlSettings;
  protocol: Protocol;
  accounts: Accounts;
  files: FileTree;
  port: SisPort;
  hostKeys: readonly string[];
}

type Opener = (port: number | undefined) => Promise<Listeners>;

function openers({ settings, protocol, accounts, files, port: control, hostKeys }: Parts): Record<Service, Opener> {
  const { config, device, log } = settings;
  const { limits, behaviour } = protocol.personality;
  const idleMs = (): number => device.state().wanted.sis.idleMs;
  const shared = { control, accounts, log, idleMs };
  return {
    telnet: (port) =>
      startTelnet({
        ...shared,
        port,
        addresses: config.telnet.listen ?? [config.listen],
        loginTries: limits.loginTries,
      }),
    ssh: (port) =>
      startSsh({
        ...{ ...shared, port, hostKeys },
        addresses: config.ssh.listen ?? [config.listen],
        files: sshFiles(files, log),
        keyFiles: keyFilesOf(config.ssh),
        offerPassword: true,
        repliesOnStderrWithoutPty: behaviour.sshRepliesOnStderrWithoutPty,
      }),
  };
}

const keyFilesOf = ({ adminKeys, userKeys }: Config['ssh']) => ({
  ...(adminKeys === undefined ? {} : { admin: adminKeys }),
  ...(userKeys === undefined ? {} : { user: userKeys }),
});

/** Where a service listens: where somebody moved it, else as configured. */
function portOf({ config, device }: ControlSettings, service: Service): number | undefined {
  const moved = device.state().wanted.sis.ports[service];
  if (moved === null) return undefined;
  const { enabled, port } = config[service];
  return moved ?? (enabled ? port : undefined);
}

async function openOrTell(service: Service, settings: ControlSettings, open: Opener): Promise<Listeners | undefined> {
  const { device, log } = settings;
  const alarm = { name: 'control' as const, about: service };
  try {
    const opened = await open(portOf(settings, service));
    device.observe({ fact: 'alarm', clear: alarm });
    return opened;
  } catch (error) {
    log.error({ err: error, service }, 'a control port cannot be had: everything else goes on');
    const text = `${service} cannot be reached: ${(error as Error).message}`;
    device.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text } });
    // Off, so that it can be moved to another port.
    return open(undefined);
  }
}

/** The serial line follows the parameters that are set for it (`CP`). */
function openSerial({ config, device, log }: ControlSettings, control: SisPort, scope: Scope): void {
  const { path } = config.serial;
  if (path === undefined) return;
  const wanted = (): SerialSettings => ({
    ...usualSettings,
    ...(device.state().wanted.sis.kept['serial.parameters'] as Partial<SerialSettings> | undefined),
  });
  let settings = wanted();
  const serial = startSerial({ path, control, log, settings });
  scope.defer(() => serial.close());
  scope.defer(
    device.subscribe(() => {
      const now = wanted();
      if (JSON.stringify(now) === JSON.stringify(settings)) return;
      settings = now;
      serial.configure(now);
    }),
  );
}

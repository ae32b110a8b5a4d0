import { realClock } from '#lib/runtime/clock.ts';
import { isEverywhere } from '#lib/runtime/own-addresses.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Personality } from '#lib/sis/personality.ts';
import { openProtocol, type Protocol } from '#lib/sis/protocol.ts';
import { pictureNameIn } from '#overlays/picture-file.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openBackup, type Backup } from '../backup/backup.ts';
import { openActions, type ActionsOptions } from './actions.ts';
import { backupFolderOf, openBoxFiles, type BoxFilesOptions } from './files.ts';
import { openBoxConfig } from '../backup/settings-document.ts';
import { openSchedulerSettings } from '../backup/scheduler-settings.ts';
import { openWebDoor } from '../web/web.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import type { FileTree } from '#agent/control/files/file-tree.ts';
import { startFtp } from '#agent/control/ftp/ftp.ts';
import { openLateListeners } from '#agent/control/session/late-listeners.ts';
import { openHostKeys } from '#agent/control/ssh/host-keys.ts';
import { startSerial, usualSettings, type SerialSettings } from '#agent/control/serial.ts';
import type { Machine } from '#agent/control/sis/machine.ts';
import { openSisPort, type SisPort } from '#agent/control/sis/port.ts';
import { startSnmp } from '#agent/control/snmp/snmp.ts';
import { startSsh } from '#agent/control/ssh/ssh.ts';
import { sshFiles } from '#agent/control/ssh/ssh-files.ts';
import { startTelnet } from '#agent/control/telnet/telnet.ts';
import type { Web } from '#agent/web/http/server.ts';
import type { DeviceState, MovablePort } from '#agent/device/state.ts';
import type { Listening } from './listening.ts';
import { startServices, type Opener, type Services } from './services.ts';
import { snmpFacts } from './snmp-facts.ts';

/** Options of `startControl`. */
export interface ControlSettings
  extends Omit<ActionsOptions, 'backup' | 'movePort' | 'restart'>, Omit<BoxFilesOptions, 'log' | 'device' | 'backup'> {
  version: string;
  web: Pick<Web, 'http' | 'https'>;
  personality: Personality;
  machine: Machine;
  listening: Pick<Listening, 'tell'>;
  /** Start of the box in ms; the process of its services may have started later. */
  startedAtMs: number;
  /** Called when a client asks for a restart. */
  onRestart: () => void;
}

/** The running services for controllers and for programs that fetch files. */
export interface ControlServices {
  /** Ports of the services; 0 is off. */
  ports(): Record<Service, number>;
}

type Service = MovablePort | 'sftp' | 'ftp';

/**
 * Starts the services. If a port is not available, an alarm is raised and the other services start, since the lecture
 * must be recorded.
 */
export async function startControl(settings: ControlSettings, scope: Scope): Promise<ControlServices> {
  const { config, device, personality, machine, log } = settings;
  const protocol = openProtocol(personality);
  const backup = await openBoxBackup(settings);
  scope.defer(() => backup.close());
  const files = await openBoxFiles({ ...settings, backup });
  const services: { started?: Services<Service> } = {};
  const ports = (): Record<Service, number> =>
    services.started?.ports() ?? { telnet: 0, ssh: 0, sftp: 0, ftp: 0, snmp: 0, http: 0, https: 0 };
  const port = openSisPort({
    protocol,
    device,
    clock: realClock,
    log,
    files,
    onPassword: (listener) => settings.accounts.onChange(listener),
    facts: factsOf(settings, machine, ports),
    actions: openActions({
      ...settings,
      backup,
      movePort: (service, to) => {
        // SNMP that is switched off opens nothing; only its port number is kept.
        if (service === 'snmp' && !device.state().wanted.sis.snmp.enabled) return Promise.resolve(undefined);
        return (services.started?.move(service, to) ?? Promise.resolve()).then(
          () => undefined,
          () => 'E13' as const,
        );
      },
      restart: (what) => (what === 'unit' ? settings.onRestart() : void services.started?.restart()),
    }),
  });
  scope.defer(() => port.close());
  // Host keys are made when SSH or SFTP is first opened: making an RSA key takes seconds on a small computer.
  let keys: Promise<string[]> | undefined;
  const hostKeys = (): Promise<string[]> => (keys ??= openHostKeys(config.data, log));
  services.started = await startServices<Service>({
    device,
    log,
    openers: openers({ settings, protocol, files, port, hostKeys }),
    placeOf: (service, state) => placeOf(config, service, state),
    onPorts: (now) => settings.listening.tell(now),
  });
  scope.defer(() => services.started?.close());
  openSerial(settings, port, scope);
  return { ports };
}

/** Opens the backup files of the settings; each names the box that it is from. */
function openBoxBackup({ config, device, version, onRestart, log }: ControlSettings): Promise<Backup> {
  const about = (): string => {
    const { hall, recording } = device.state().wanted;
    const state = recording.state === 'stopped' ? 'idle' : 'recording';
    return `${hall}, ${state}, ${new Date().toISOString()}, Amphi ${version}`;
  };
  const document = openBoxConfig(
    device,
    factoryLayouts,
    about,
    openSchedulerSettings({ config, device, onRestart, log }),
  );
  return openBackup({ folder: backupFolderOf(config), data: config.data, config: document, log });
}

function factsOf(settings: ControlSettings, machine: Machine, ports: ControlServices['ports']) {
  const { config, version, device, accounts, overlaysFolder } = settings;
  const { timeZone: machineZone } = new Intl.DateTimeFormat().resolvedOptions();
  return () => ({
    ...machine.facts(),
    nowMs: Date.now(),
    timeZone: config.timeZone ?? machineZone,
    version,
    factoryLayouts,
    overlayFile: (name: string) => pictureNameIn(overlaysFolder, name),
    hasPassword: { admin: accounts.has('admin'), user: accounts.has('user') },
    listens: isEverywhere(config.listen) ? [] : [config.listen],
    ports: { ...ports(), snmp: ports().snmp || wantedPort(config, 'snmp', device.state()) },
  });
}

interface Parts {
  settings: ControlSettings;
  protocol: Protocol;
  files: FileTree;
  port: SisPort;
  hostKeys: () => Promise<readonly string[]>;
}

function openers({ settings, protocol, files, port: control, hostKeys }: Parts): Record<Service, Opener> {
  const { config, device, accounts, certificate, web, log } = settings;
  const { limits, behaviour, identity } = protocol.personality;
  const idleMs = (): number => device.state().wanted.sis.idleMs;
  const addressesOf = (service: Service): readonly string[] => config[service].listen ?? [config.listen];
  const shared = (service: Service) => ({ accounts, log, idleMs, addresses: addressesOf(service) });
  const ssh = async () => ({
    hostKeys: await hostKeys(),
    files: sshFiles(files, log),
    keyFiles: keyFilesOf(config.ssh),
    offerPassword: true,
    repliesOnStderrWithoutPty: behaviour.sshRepliesOnStderrWithoutPty,
  });
  const { plain: allowPlain, passivePorts, passiveAddress } = config.ftp;
  return {
    http: (port) => openWebDoor(web.http, port),
    https: (port) => openWebDoor(web.https, port),
    telnet: (port) => startTelnet({ ...shared('telnet'), port, control, loginTries: limits.loginTries }),
    ssh: (port) =>
      openLateListeners(port, async (at) => startSsh({ ...shared('ssh'), ...(await ssh()), port: at, control })),
    sftp: (port) => openLateListeners(port, async (at) => startSsh({ ...shared('sftp'), ...(await ssh()), port: at })),
    ftp: (port) =>
      startFtp({
        ...shared('ftp'),
        port,
        tree: files,
        allowPlain,
        certificate: () => certificate.current(),
        ...(passivePorts ? { passivePorts } : {}),
        ...(passiveAddress === undefined ? {} : { passiveAddress }),
      }),
    snmp: (port) =>
      startSnmp({
        port,
        log,
        addresses: addressesOf('snmp'),
        community: () => device.state().wanted.sis.snmp.community,
        facts: () => snmpFacts(device.state(), `${identity.model}, Amphi ${settings.version}`, settings.startedAtMs),
      }),
  };
}

const keyFilesOf = ({ adminKeys, userKeys }: Config['ssh']) => ({
  ...(adminKeys === undefined ? {} : { admin: adminKeys }),
  ...(userKeys === undefined ? {} : { user: userKeys }),
});

/**
 * The port of a service: the one that a command moved it to, else the one in the configuration. Undefined: the service
 * is off.
 */
function placeOf(config: Config, service: Service, state: DeviceState): number | undefined {
  const { sis } = state.wanted;
  if (service === 'sftp' || service === 'ftp') return config[service].enabled ? config[service].port : undefined;
  const to = sis.ports[service];
  const isOn = service === 'snmp' ? sis.snmp.enabled : to !== undefined || config[service].enabled;
  return isOn && to !== null ? (to ?? config[service].port) : undefined;
}

const wantedPort = (config: Config, service: 'snmp', { wanted: { sis } }: DeviceState): number =>
  sis.ports[service] === null ? 0 : (sis.ports[service] ?? config[service].port);

/** Opens the serial line, whose speed and format follow the command `CP`. */
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

import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { certsFolderOf } from '../control/certificate.ts';
import { openBoxConfig } from '../backup/settings-document.ts';
import { openSchedulerSettings } from '../backup/scheduler-settings.ts';
import { logFolderOf } from '../control/log.ts';
import type { LoggedStep } from '../road/step-log.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { certificateIn, type CertificateStore } from '#agent/control/certificate/certificate.ts';
import type { Machine } from '#agent/control/sis/machine.ts';
import { configurationTools } from './configuration-tools.ts';
import { machineSettings } from './machine-settings.ts';
import { takesTimeServers, timeServers } from './time-servers.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import { refuse } from '#agent/device/outcome.ts';
import { hideInState } from '#agent/device/secrets.ts';
import { hideSecrets } from '#firmware-config/document/secrets.ts';
import { openInputTrial } from './input-trial.ts';
import type { CertificateTools, MachineNow, TechnicianSources } from '#agent/web/views/technician-sources.ts';
import { zipOf } from '../backup/zip.ts';
import type { Log } from '#lib/runtime/log.ts';

/** Options of `technicianTools`. */
export interface TechnicianToolsOptions {
  config: Config;
  device: DeviceClient;
  machine: Machine;
  /** The last steps of the box, with their reasons. */
  steps: () => Promise<readonly LoggedStep[]>;
  certificate: CertificateStore;
  ffmpeg: string;
  version: string;
  log: Log;
  /** Called when a technician asks for a restart. */
  onRestart: () => void;
}

/** Wait in ms before a restart, in which the answer is still sent. */
const BEFORE_RESTART_MS = 500;

/** Makes the tools that the pages offer to technicians from the parts of the box. */
export function technicianTools(options: TechnicianToolsOptions): TechnicianSources {
  const { config, device, machine, steps, certificate, ffmpeg, version, onRestart } = options;
  const about = (): string => `${device.state().wanted.hall}, ${new Date().toISOString()}, Amphi ${version}`;
  const boxConfig = openBoxConfig(device, factoryLayouts, about, openSchedulerSettings({ config, device, onRestart }));
  const isRecording = (): boolean => device.state().wanted.recording.state !== 'stopped';
  const log = (most: number): Promise<string[]> => lastLines(logFolderOf(config), most);
  const machineNow = (): MachineNow => ({ ...machineView(config, machine), ports: portsOf(config, device) });
  return {
    configuration: configurationTools(boxConfig, config),
    machine: machineNow,
    machineSettings: machineSettings(config, options.log),
    certificate: certificateTools(certificate, certsFolderOf(config)),
    log,
    restart() {
      if (isRecording()) return refuse('E22', 'a recording runs: stop it first');
      setTimeout(() => {
        // No restart if a recording has begun meanwhile.
        if (!isRecording()) onRestart();
      }, BEFORE_RESTART_MS);
      return undefined;
    },
    async supportBundle() {
      const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
      const node = process.versions.node;
      return zipOf({
        'about.json': json({
          about: about(),
          version,
          node,
          machine: machineNow(),
          certificate: certificateView(certificate),
        }),
        'configuration.json': json(hideSecrets(boxConfig.document())),
        'machine.json': json(hideSecrets(config)),
        'state.json': json(hideInState(device.state())),
        'steps.json': json((await steps()).map(({ atMs, ...step }) => ({ at: new Date(atMs).toISOString(), ...step }))),
        'amphi.log': (await log(20_000)).join('\n'),
      });
    },
    tryInput: openInputTrial(ffmpeg),
  };
}

/** The ports of the services as they are now: a command may have moved one or switched it off. */
function portsOf(config: Config, device: DeviceClient): MachineNow['ports'] {
  const { ports } = device.state().wanted.sis;
  const port = (service: 'telnet' | 'ssh' | 'http' | 'https'): [string, number][] => {
    const moved = ports[service];
    if (moved === null || (moved === undefined && !config[service].enabled)) return [];
    return [[service, moved ?? config[service].port]];
  };
  const services = (['telnet', 'ssh', 'http', 'https'] as const).flatMap(port);
  return { rtsp: config.rtsp.port, ...Object.fromEntries(services) };
}

function machineView(config: Config, machine: Machine): Omit<MachineNow, 'ports'> {
  const { cpuPercent, memory, celsius, network } = machine.facts();
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, all]) =>
    (all ?? []).filter(({ internal }) => !internal).map(({ address }) => ({ name, address })),
  );
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return {
    cpuPercent,
    celsius,
    host: hostname(),
    addresses,
    gateway: network.gateway,
    dns: [network.dns],
    memory: { totalBytes: totalmem(), freeBytes: totalmem() - memory.usedBytes },
    timeZone: config.timeZone ?? timeZone,
    uptimeS: Math.round(uptime()),
    timeServers: timeServers(),
    takesTimeServers: takesTimeServers(),
  };
}

function certificateView(store: CertificateStore): ReturnType<CertificateTools['now']> {
  const { cert, from } = store.current();
  const { subject, issuer, subjectAltName, validFrom, validTo, fingerprint256 } = new X509Certificate(cert);
  return {
    from,
    subject,
    issuer,
    names: subjectAltName ?? '',
    fingerprint: fingerprint256,
    fromMs: Date.parse(validFrom),
    untilMs: Date.parse(validTo),
  };
}

function certificateTools(store: CertificateStore, folder: string): CertificateTools {
  return {
    now: () => certificateView(store),
    async install(pem) {
      const found = certificateIn([pem]);
      if (typeof found === 'string') return found;
      await mkdir(folder, { recursive: true });
      await writeFileAtomically(join(folder, 'cacert.pem'), found.key + found.cert, 0o600);
      return store.reload();
    },
    async remove() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.filter((one) => /\.(pem|crt|cer|key)$/i.test(one))) await rm(join(folder, name));
      await store.reload();
    },
  };
}

/** The newest lines of `amphi.log` and of the files before it, at most `most`. */
async function lastLines(folder: string, most: number): Promise<string[]> {
  let lines: string[] = [];
  for (const name of ['amphi.log', 'amphi.1.log', 'amphi.2.log', 'amphi.3.log']) {
    if (lines.length >= most) break;
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    lines = [...text.split('\n').filter(Boolean), ...lines];
  }
  return lines.slice(-most);
}

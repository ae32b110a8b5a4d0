import type { CertificateNow } from './certificate-now.ts';
import type { Refusal } from '#agent/device/outcome.ts';
import type { InputSource } from '#agent/device/state.ts';
import type { KeyRow } from '#firmware-config/words/keys.ts';
import type { Mistake } from '#lib/http-api/refusal.ts';
import type { MachineSettings } from './machine-settings-source.ts';

/** Parts of the box for technicians: settings as a document, the machine, its certificate, its log. */
export interface TechnicianSources {
  configuration: ConfigurationTools;
  machine(): MachineNow;
  machineSettings: MachineSettings;
  certificate: CertificateTools;
  /** The last lines of the log, one JSON object each, the newest last. */
  log(most: number): Promise<readonly string[]>;
  /** Restarts the box after a moment; E22 while it records. */
  restart(): Refusal | undefined;
  /** A ZIP with what is needed to examine the box from elsewhere, without secrets. */
  supportBundle(): Promise<Buffer>;
  /** One picture of a source that is not in use yet, or the reason why there is none, in words. */
  tryInput(source: InputSource): Promise<Buffer | { error: string }>;
}

/** All settings of the box as one document. */
export interface ConfigurationTools {
  /** The JSON schema of a document; any part of one may be given. */
  schema(): object;
  /** The meaning of each key in words; `N` in a key is a number or a name, `[]` an item of a list. */
  words(): readonly KeyRow[];
  /** The settings without secrets. */
  document(): object;
  /** The settings that the box was started with and that cannot be changed remotely, without secrets. */
  machine(): object;
  /** Tells what a document would change; nothing is changed. */
  look(given: unknown): Looked;
  /** Applies a document to the settings, all or nothing. `refusal` (E22): it would affect a recording. */
  take(given: unknown): Promise<Looked & { refusal?: Refusal }>;
  /** Tells what a file (YAML or JSON) would change; nothing is changed. */
  lookAtFile(text: string): Looked;
  /** Applies a file as `take` applies a document. */
  takeFile(text: string): Promise<Looked & { refusal?: Refusal }>;
  /** A backup: all settings as a file, with secrets. */
  file(): string;
}

/** Changes that a document makes, and its mistakes. */
export interface Looked {
  mistakes: readonly Mistake[];
  /** The changes, without secrets. */
  changes: readonly { key: string; before?: unknown; after?: unknown; words: string }[];
}

/** The present state of the machine. */
export interface MachineNow {
  cpuPercent: number;
  memory: { totalBytes: number; freeBytes: number };
  celsius: number;
  timeZone: string;
  host: string;
  addresses: readonly { name: string; address: string }[];
  gateway: string;
  dns: readonly string[];
  uptimeS: number;
  /** Ports of services that are to listen. */
  ports: Partial<Record<'rtsp' | 'telnet' | 'ssh' | 'http' | 'https', number>>;
  /** Servers that the machine asks for the time, as far as its files say. */
  timeServers: readonly string[];
  /** Whether the machine takes them from the box. */
  takesTimeServers: boolean;
}

/** The certificate of the box. */
export interface CertificateTools {
  now(): CertificateNow;
  /** Installs a private key with its certificate, as PEM; the result says why it cannot be used. */
  install(pem: string): Promise<string | undefined>;
  /** Removes the installed certificate, so that the box's own is used again. */
  remove(): Promise<void>;
}

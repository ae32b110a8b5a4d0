import type { Refusal } from '#agent/device/outcome.ts';
import type { InputSource } from '#agent/device/state.ts';
import type { Mistake } from '../http/refusal.ts';

/** What a technician needs besides: settings as a document, the machine, its certificate, its log. */
export interface TechnicianSources {
  configuration: ConfigurationDesk;
  machine(): MachineNow;
  certificate: CertificateDesk;
  /** The last lines of the log (JSON, one each), the newest last. */
  log(most: number): Promise<readonly string[]>;
  /** The box begins anew soon, or why not (E22: it records). */
  restart(): Refusal | undefined;
  /** A ZIP of what is needed to judge the box from afar, without secrets. */
  supportBundle(): Promise<Buffer>;
  /** One picture of a source that is not used yet, or why there is none, in words. */
  tryInput(source: InputSource): Promise<Buffer | { error: string }>;
}

/** All that is set on the box, as one document. */
export interface ConfigurationDesk {
  /** JSON schema of what may be given: any part of a document. */
  schema(): object;
  /** What each key is, in words; `N` in a key stands for a number or a name, `[]` for one of a list. */
  words(): readonly KeyFact[];
  /** What is set, without secrets. */
  document(): object;
  /** What the box was started with and cannot be set from afar, without secrets. */
  machine(): object;
  /** What would change; nothing does. */
  look(given: unknown): Looked;
  /** Lays what is given over what is set, all or nothing. `refusal` (E22): a recording would be touched. */
  take(given: unknown): Promise<Looked & { refusal?: Refusal }>;
  /** The same of a file (YAML or JSON). */
  lookAtFile(text: string): Looked;
  takeFile(text: string): Promise<Looked & { refusal?: Refusal }>;
  /** A backup: all that is set, as a file, with its secrets. */
  file(): string;
}

export interface KeyFact {
  key: string;
  what: string;
  unit?: string;
  form?: string;
  standard?: string;
  /** Rows of the control protocol that set it. */
  sis?: readonly string[];
}

export interface Looked {
  mistakes: readonly Mistake[];
  /** Secrets are hidden in them. */
  changes: readonly { key: string; before?: unknown; after?: unknown; words: string }[];
}

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
}

export interface CertificateDesk {
  now(): CertificateNow;
  /** A private key and its certificate, as PEM, or why they cannot be used. */
  install(pem: string): Promise<string | undefined>;
  /** Back to the one that the box made for itself. */
  remove(): Promise<void>;
}

export interface CertificateNow {
  from: 'self-signed' | 'installed';
  subject: string;
  issuer: string;
  names: string;
  fromMs: number;
  untilMs: number;
  fingerprint: string;
}

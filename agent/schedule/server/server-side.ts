import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLogin, type Login } from './login.ts';
import { openOpencast, type Opencast } from './opencast.ts';
import type { OpencastConfig } from '#firmware-config/schema/machine/opencast.ts';
import type { ScheduleSettings } from '#firmware-config/schema/machine/schedule.ts';
import { credentialsFrom } from './secret-file.ts';
import { WireError, type Wire } from './wire.ts';
import type { Wires } from './wires.ts';

/** The server and the parts of the box that use it. */
export interface ServerSide {
  wire: Wire;
  login: Login;
  opencast: Opencast;
  config: OpencastConfig;
}

interface LoginConfig {
  user?: string | undefined;
  passwordFile?: string | undefined;
  caFile?: string | undefined;
  proxy?: string | undefined;
}

/** Path of a password file, if the configuration does not name one. */
export const passwordFileIn = (data: string, name: string): string => join(data, 'secrets', `${name}-password`);

/** Opens a wire with the configured login. */
export function openLoggedIn(
  wires: Wires,
  { user, passwordFile, caFile, proxy }: LoginConfig,
  auth: 'basic' | 'digest',
  defaultPasswordFile: string,
  nowMs: () => number,
): { wire: Wire; login: Login } {
  const wire = wireFor(wires, caFile, proxy);
  const credentials = () => credentialsFrom(user, passwordFile ?? defaultPasswordFile);
  return { wire, login: openLogin(wire, { method: auth, credentials }, nowMs) };
}

/**
 * A wire that trusts the configured authority. If its file cannot be read, the box still records; each request fails
 * with that error.
 */
function wireFor(wires: Wires, caFile: string | undefined, proxy: string | undefined): Wire {
  try {
    const ca = caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') };
    return wires.open({ ...ca, ...(proxy === undefined ? {} : { proxy }) });
  } catch (error) {
    const text = `${caFile} cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    return { send: () => Promise.reject(new WireError(text, false)), close: () => undefined };
  }
}

/** The Opencast server of the configuration; undefined if there is none. */
export function openServerSide(
  wires: Wires,
  { opencast: config }: ScheduleSettings,
  hall: string,
  data: string,
  nowMs: () => number,
): ServerSide | undefined {
  if (!config) return undefined;
  const { wire, login } = openLoggedIn(wires, config, config.auth, passwordFileIn(data, 'opencast'), nowMs);
  const { captureAdmin, scheduler, ingest } = config.services;
  const services = {
    ...(captureAdmin ? { captureAdmin } : {}),
    ...(scheduler ? { scheduler } : {}),
    ...(ingest ? { ingest } : {}),
  };
  const opencast = openOpencast(
    login,
    { url: config.url, agent: config.agent ?? hall, services, hosts: config.hosts },
    nowMs,
  );
  return { wire, login, opencast, config };
}

import { openLogin } from './login.ts';
import { openOpencast, type Opencast } from './opencast.ts';
import type { Wires } from './wires.ts';

/** A server that is tried before it is saved; its password is not stored anywhere. */
export interface TrialServer {
  url: string;
  agent?: string | undefined;
  auth: 'basic' | 'digest';
  user?: string | undefined;
  password?: string | undefined;
}

/** The connection to a server that is tried. */
export interface TrialSide {
  opencast: Opencast;
  close(): void;
}

/** Opens a server for a trial. */
export function openTrialServer(wires: Wires, server: TrialServer, hall: string, nowMs: () => number): TrialSide {
  const { url, agent, auth, user, password = '' } = server;
  const wire = wires.open({});
  const credentials = async () => (user === undefined ? undefined : { user, password });
  const login = openLogin(wire, { method: auth, credentials }, nowMs);
  const settings = { url: url.replace(/\/+$/, ''), agent: agent ?? hall, services: {} };
  return { opencast: openOpencast(login, settings, nowMs), close: () => wire.close() };
}

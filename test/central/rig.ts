import type { FastifyInstance, InjectOptions } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Registry } from 'prom-client';
import { join } from 'node:path';
import { openFetcher } from '#central/intake/fetch.ts';
import { openGrowingUploads } from '#central/intake/growing/growing.ts';
import { openMediaStore } from '#central/store/media-store.ts';
import { openAccounts } from '#central/identity/accounts.ts';
import { ha1Of } from '#central/identity/digest.ts';
import { parseConfig } from '#central/config.ts';
import type { ConnectionOptions } from '#central/store/connect.ts';
import type { Role } from '#central/store/tables.ts';
import { openRoster } from '#central/agents/roster.ts';
import { openCalendars } from '#central/timetable/calendars.ts';
import { openApp } from '#central/http/server.ts';
import type { RouteModule, Services } from '#central/http/services.ts';
import { realClock, type Clock } from '#lib/runtime/clock.ts';
import { silentLog, type Log } from '#lib/runtime/log.ts';
import { freshDatabase } from './postgres.ts';
import { openTestWorkflows } from './test-workflows.ts';

/** Some parts of the server, with a database of their own and no socket. */
export interface Rig {
  app: FastifyInstance;
  services: Services;
  /** Connection of its database. */
  connection: ConnectionOptions;
  /** `Authorization` of an account of each role; its password is its name. */
  as(role: Role): { authorization: string };
  /** Agents in Paris. */
  addAgents(...names: string[]): Promise<void>;
  close(): Promise<void>;
}

const ROLES: readonly Role[] = ['admin', 'scheduler', 'agent', 'viewer'];

export async function openRig(
  modules: readonly RouteModule[],
  clock: Clock = realClock,
  log: Log = silentLog,
  fetchFrom: readonly string[] = [],
): Promise<Rig> {
  const opened = await freshDatabase();
  const { database } = opened;
  for (const role of ROLES) {
    await database
      .insertInto('accounts')
      .values({ name: role, role, ha1: ha1Of(role, role) })
      .execute();
  }
  const roster = await openRoster({ database, clock, log: silentLog, offlineAfterMs: 120_000 });
  const calendars = await openCalendars(database, opened.connection, silentLog);
  const folder = await mkdtemp(join(tmpdir(), 'amphi-media-'));
  const store = await openMediaStore(join(folder, 'media'), 0);
  const fetcher = openFetcher({
    store,
    hosts: { agents: () => roster.all(), allowed: fetchFrom },
    log: silentLog,
    waitsMs: [20],
  });
  const testWorkflows = await openTestWorkflows(opened, store, clock);
  const { workflows } = testWorkflows;
  const growing = await openGrowingUploads({ database, store, ffmpeg: 'ffmpeg', log });
  const services: Services = {
    store,
    growing,
    fetcher,
    ffprobe: 'ffprobe',
    registry: new Registry(),
    config: parseConfig({ data: folder }),
    database,
    clock,
    version: '0.0.0',
    log,
    roster,
    calendars,
    workflows,
    accounts: openAccounts(database, clock, log),
    urlFor: ({ protocol, host }) => `${protocol}://${host}`,
  };
  const app = await openApp(services, modules);
  return {
    app,
    services,
    connection: opened.connection,
    as: (role) => ({ authorization: `Basic ${btoa(`${role}:${role}`)}` }),
    async addAgents(...names) {
      const configuration = {
        'capture.device.timezone': 'Europe/Paris',
        'capture.device.names': 'Channel A,Channel B',
      };
      for (const name of names) await roster.tellConfiguration(name, configuration, '127.0.0.1');
    },
    async close() {
      await app.close();
      await testWorkflows.close();
      await growing.close();
      await calendars.close();
      await roster.close();
      await rm(folder, { recursive: true, force: true });
      await opened.close();
    },
  };
}

export interface AskOptions {
  as?: Role;
  accept?: string;
  multipart?: boolean;
}

export interface Answer {
  status: number;
  type: string;
  headers: Record<string, unknown>;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Sends a form, its values that are no text as JSON, or nothing; as a scheduler, if nobody else is named. */
export type Ask = (method: Method, url: string, form?: Record<string, unknown>, more?: AskOptions) => Promise<Answer>;

export const askOf =
  (rig: Rig): Ask =>
  async (method, url, form, { as = 'scheduler', accept, multipart = false } = {}) => {
    const fields = Object.entries(form ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
    const body = form ? (multipart ? multipartOf(fields) : urlencodedOf(fields)) : {};
    const headers = { ...rig.as(as), ...(accept ? { accept } : {}), ...body.headers };
    const reply = await rig.app.inject({ method, url, headers, ...(body.payload ? { payload: body.payload } : {}) });
    const type = reply.headers['content-type'] ?? '';
    const json: unknown = /json/.test(type) && reply.body ? JSON.parse(reply.body) : undefined;
    return { status: reply.statusCode, type, headers: reply.headers, text: reply.body, json };
  };

type Body = Pick<InjectOptions, 'payload' | 'headers'>;
const BOUNDARY = 'so-many-parts';

const urlencodedOf = (fields: [string, string][]): Body => ({
  payload: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

function multipartOf(fields: [string, string][]): Body {
  const parts = fields.map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    payload: `${parts.join('')}--${BOUNDARY}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  };
}

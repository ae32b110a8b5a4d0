import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@amphi/lib/runtime/clock.ts';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { findFfmpeg } from '@amphi/lib/ffmpeg/ffmpeg.ts';
import { catchTheRest } from '@amphi/lib/runtime/last-handler.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { openScope, type Scope } from '@amphi/lib/runtime/scope.ts';
import { openAccounts } from './identity/accounts.ts';
import { openRoster } from './agents/roster.ts';
import { makeFirstAccounts } from './identity/first-accounts.ts';
import { openWebTokens } from './identity/web-tokens.ts';
import type { Config } from './config.ts';
import type { Database } from './store/connect.ts';
import { takeDataFolder } from './store/data-folder.ts';
import { openProcessing } from './processing.ts';
import { openDatabase } from './store/database.ts';
import { openFetcher } from './intake/fetch.ts';
import { addressOf } from './intake/fetch-hosts.ts';
import { openGrowingUploads, type GrowingOptions, type GrowingUploads } from './intake/growing/growing.ts';
import { startHousekeeping } from './intake/housekeeping.ts';
import { openMediaFolder, type MediaStore } from './store/media-store.ts';
import { MODULES } from './modules.ts';
import { openCalendars } from './timetable/calendars.ts';
import { startWeb } from './http/server.ts';
import type { Services } from './http/services.ts';

/** A running server. */
export interface Central {
  port: number;
  /** Base URL by which people reach the server. */
  url: string;
  /** File with the passwords that were made at the first start; undefined once it is gone. */
  firstPasswords: string | undefined;
  services: Services;
  close(): Promise<void>;
}

/**
 * Starts the server, part by part, in the order written here. Throws when it cannot run; everything that was opened is
 * closed then.
 */
export async function startCentral(config: Config, version: string, log: Log): Promise<Central> {
  const scope = openScope();
  try {
    return await boot(config, version, log, scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function boot(config: Config, version: string, log: Log, scope: Scope): Promise<Central> {
  scope.defer(
    catchTheRest((error) => log.error({ err: error }, 'a fault that nobody caught: everything else goes on')),
  );
  await takeDataFolder(config.data, scope);
  const { ffmpeg, ffprobe } = await findFfmpeg(config.ffmpeg);
  const { databaseUrl: url, data, postgres: programs } = config;
  const opened = await openDatabase({ url, data, programs, log: log.child({ room: 'database' }) });
  scope.defer(() => opened.close());
  const { database } = opened;
  const firstPasswords = await makeFirstAccounts(database, data);
  const clock = realClock;
  const offlineAfterMs = config.offlineAfterSeconds * 1000;
  const roster = await openRoster({ database, clock, offlineAfterMs, log: log.child({ room: 'agents' }) });
  scope.defer(() => roster.close());
  const calendars = await openCalendars(database, opened.connection, log.child({ room: 'calendars' }));
  scope.defer(() => calendars.close());
  const store = await openMedia(config, database);
  const hosts = { agents: () => roster.all(), allowed: config.fetchFrom };
  const fetcher = openFetcher({ store, hosts, log: log.child({ room: 'fetch' }) });
  const growing = await openGrowing({ database, store, ffmpeg, log }, config, scope);
  const workflows = await openProcessing(config, {
    database,
    connection: opened.connection,
    store,
    clock,
    programs: { ffmpeg, ffprobe },
    addressOf: (url) => addressOf(url, hosts),
    log: log.child({ room: 'workflows' }),
    scope,
  });
  const webTokens = await openWebTokens(config, clock);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const services: Services = {
    store,
    fetcher,
    growing,
    ffprobe,
    registry,
    config,
    database,
    roster,
    calendars,
    workflows,
    clock,
    version,
    log: log.child({ room: 'web' }),
    accounts: openAccounts(database, clock, log.child({ room: 'accounts' }), webTokens),
    urlFor: ({ protocol, host }) => config.url ?? `${protocol}://${host}`,
  };
  const isWeb = config.roles.includes('web');
  const web = isWeb ? await startWeb(services, MODULES) : NO_WEB;
  scope.defer(() => web.close());
  const url0 = config.url ?? `http://${config.listen === '0.0.0.0' ? hostname() : config.listen}:${web.port}`;
  return { port: web.port, url: url0, firstPasswords, services, close: () => scope.close() };
}

/** Opens the growing uploads, and the housekeeping of all that came and is not needed any more. */
async function openGrowing(options: GrowingOptions, config: Config, scope: Scope): Promise<GrowingUploads> {
  const { database, store, log } = options;
  const growing = await openGrowingUploads({ ...options, log: log.child({ room: 'growing' }) });
  scope.defer(() => growing.close());
  const { keepDeletedDays } = config;
  scope.defer(startHousekeeping({ database, store, growing, clock: realClock, log, keepDeletedDays }));
  return growing;
}

/** What stands for the web server of a process that only works. */
const NO_WEB = { port: 0, close: async (): Promise<void> => undefined };

function openMedia({ media, data, minFreeMB, roles }: Config, database: Database): Promise<MediaStore> {
  const folder = media ?? join(data, 'media');
  // Another process, which receives files, may have the same folder.
  return openMediaFolder(database, { folder, minFreeBytes: minFreeMB * 1e6, tidies: roles.includes('web') });
}

/** Version of this package, as its `package.json` says. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

import type { FastifyInstance } from 'fastify';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Roster } from '../agents/roster.ts';
import type { Registry } from 'prom-client';
import type { Accounts } from '../identity/accounts.ts';
import type { Calendars } from '../timetable/calendars.ts';
import type { Fetcher } from '../intake/fetch.ts';
import type { GrowingUploads } from '../intake/growing/growing.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { Database } from '../store/connect.ts';
import type { Workflows } from '../workflows/workflows.ts';

/** Settings that routes read; the configuration of the server has more. */
export interface HttpSettings {
  listen: string;
  port: number;
  /** Base URL of the server for agents and people; undefined: as each request says. */
  url?: string | undefined;
  /** Folder of the database, secrets and media. */
  data: string;
  /** Workflow of an ingest that names none. */
  workflow: string;
  /** Shape of `/search` where a request does not choose. */
  searchShape: '15' | '16';
  /** Sites whose pages may use this server from a browser. */
  corsOrigins: string[];
  /** Addresses of proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies: string[];
}

/** Services that every part of the server can use. */
export interface Services {
  config: HttpSettings;
  database: Database;
  accounts: Accounts;
  roster: Roster;
  calendars: Calendars;
  workflows: Workflows;
  store: MediaStore;
  fetcher: Fetcher;
  growing: GrowingUploads;
  /** Path of the program ffprobe. */
  ffprobe: string;
  /** Figures for Prometheus. */
  registry: Registry;
  clock: Clock;
  log: Log;
  version: string;
  /** URL of the server as the client of a request sees it, without a slash at the end. */
  urlFor: (request: { protocol: string; host: string }) => string;
}

/**
 * Puts the routes of a part on the server. The options of each route say who may use it: `onlyFor('admin',
 * 'scheduler')` or `open` of http-access.ts; a route without them is for admins. `request.who` is the account that
 * asks. Forms of both kinds are read by `readForm` of form.ts.
 */
export type RouteModule = (app: FastifyInstance, services: Services) => void | Promise<void>;

import type { FastifyInstance } from 'fastify';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Roster } from '../agents/roster.ts';
import type { Registry } from 'prom-client';
import type { Accounts } from '../identity/accounts.ts';
import type { Calendars } from '../timetable/calendars.ts';
import type { Fetcher } from '../intake/fetch.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { Database } from '../store/connect.ts';

/** The settings that routes read; the server's configuration has more. */
export interface HttpSettings {
  listen: string;
  port: number;
  /** As agents and people reach it; undefined: as each request says. */
  url?: string | undefined;
  /** Folder of the database, secrets and media. */
  data: string;
  /** The workflow of an ingest that names none. */
  workflow: string;
  /** The shape of `/search` where a request does not choose. */
  searchShape: '15' | '16';
  /** Sites whose pages may use this server from a browser. */
  corsOrigins: string[];
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: string[];
}

/** What every part of the server may work with. */
export interface Services {
  config: HttpSettings;
  database: Database;
  accounts: Accounts;
  roster: Roster;
  calendars: Calendars;
  store: MediaStore;
  fetcher: Fetcher;
  /** Path of the program. */
  ffprobe: string;
  /** Figures for Prometheus. */
  registry: Registry;
  clock: Clock;
  log: Log;
  version: string;
  /** The server's address as a client that came by `host` sees it, without a slash at the end. */
  urlFor: (request: { protocol: string; host: string }) => string;
}

/**
 * Puts a part's routes on the server. Each route says who may use it: `onlyFor('admin', 'scheduler')` or `open` of
 * access.ts as its options; one that says nothing is for admins. `request.who` is whoever asks. Forms of both kinds are
 * read by `readForm` of form.ts.
 */
export type RouteModule = (app: FastifyInstance, services: Services) => void | Promise<void>;

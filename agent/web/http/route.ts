import type { z } from 'zod';
import type { DeviceClient } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { Answers } from '#lib/http-api/idempotency.ts';
import type { JsonRoute, MediaRoute, Route as AnyRoute } from '#lib/http-api/route.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Asker, Entrance } from '../access/entrance.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { PairingCodes } from '../lectern/codes.ts';
import type { Pairings } from '../lectern/pairings.ts';
import type { KeptSessions } from '../access/kept-sessions.ts';
import type { Places } from './places.ts';
import type { Access } from '../access/roles.ts';
import type { Sessions } from '../access/sessions.ts';
import type { Snapshots } from '../views/snapshots.ts';
import type { WebAccounts, WebSources } from '../views/sources.ts';

/** What every route may work with. */
export interface Box {
  device: DeviceClient;
  sources: WebSources;
  events: EventHub;
  snapshots: Snapshots;
  sessions: Sessions;
  kept: KeptSessions;
  entrance: Entrance;
  codes: PairingCodes;
  pairings: Pairings;
  accounts: WebAccounts;
  /** Of changes that brought a key. */
  answers: Answers;
  /** What is endless is so for a bounded number of listeners. */
  places: { events: Places; previews: Places };
  log: Log;
  version: string;
  startedAtMs: number;
}

/** What every route is given besides the parts of its request. */
export interface Asking {
  box: Box;
  session: Session;
  /** Absent where everybody may ask. */
  asker: Asker | undefined;
}

/** Sections of the reference, in its order. */
export const TAGS = {
  box: 'The box as a whole',
  picture: 'Inputs, layouts and overlays',
  sound: 'Sound',
  streams: 'Encoders, streams and push targets',
  recording: 'The recording that runs, or is to run',
  recordings: 'Recordings that were made',
  schedule: 'The timetable, and handing recordings over',
  live: 'Events, snapshots and preview',
  requests: 'Everything that can be asked of the box, by the names of its requests',
  technician: 'Settings as one document, the machine, its certificate and its log',
  session: 'Who may ask',
  lectern: 'The tablet at the lectern',
} as const;
export type Tag = keyof typeof TAGS;

/** A row of the API. `access`: this role and those above it, or everybody (`open`). */
export type Route = AnyRoute<Asking, Access, Tag>;

/** Checks a row as it is written; rows of many shapes then stand in one list. */
export const jsonRoute = <
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  row: JsonRoute<Asking, Access, Tag, Params, Query, Body, Answer> & {
    tag: Tag;
    answer: Answer;
    answerExample: unknown;
  },
): Route => row;

export const mediaRoute = <Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  row: MediaRoute<Asking, Access, Tag, Params, Query, Body> & { tag: Tag },
): Route => row;

export const API = '/api/v1';

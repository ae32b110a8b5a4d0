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

/** The parts of the box that routes can use. */
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
  /** Kept answers to changes with an idempotency key. */
  answers: Answers;
  /** Limits of the answers without end. */
  places: { events: Places; previews: Places };
  log: Log;
  version: string;
  startedAtMs: number;
}

/** The values that a route gets besides the parts of the request. */
export interface Asking {
  box: Box;
  session: Session;
  /** The asker; undefined if everybody may ask. */
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
/** A section of the reference. */
export type Tag = keyof typeof TAGS;

/** A row of the API. `access` is the least role, or everybody (`open`). */
export type Route = AnyRoute<Asking, Access, Tag>;

/** Checks the types of a row; then rows of different shapes can be in one list. */
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

/** Checks the types of a row whose route writes its answer itself. */
export const mediaRoute = <Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  row: MediaRoute<Asking, Access, Tag, Params, Query, Body> & { tag: Tag },
): Route => row;

/** Path of the API. */
export const API = '/api/v1';

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { DeviceClient } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Asker, Entrance } from '../access/entrance.ts';
import type { EventHub } from '../events/event-hub.ts';
import type { Answers } from './idempotency.ts';
import type { PairingCodes } from '../lectern/codes.ts';
import type { Pairings } from '../lectern/pairings.ts';
import type { KeptSessions } from '../access/kept-sessions.ts';
import type { Places } from './places.ts';
import type { Refused } from './refusal.ts';
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

/** A request whose parts have been read by the schemas of its route. */
export interface Asked<Params, Query, Body> {
  box: Box;
  params: Params;
  query: Query;
  body: Body;
  session: Session;
  /** Absent where everybody may ask. */
  asker: Asker | undefined;
}

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

interface Described<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  /** Unique; clients made from the OpenAPI document name their functions by it. */
  id: string;
  method: Method;
  /** Below `/api/v1`, with `{name}` where a parameter stands. */
  path: string;
  /** Who may use it: this role and those above it, or everybody (`open`). */
  access: Access;
  tag: Tag;
  summary: string;
  /** More, for those who read the reference. */
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  bodyExample?: NoInfer<z.input<Body>>;
  /** A body that is no JSON: its media types, and how many bytes at most. */
  upload?: { media: readonly string[]; maxBytes: number };
  /** Statuses of refusals that this route knows besides those that follow from its shape. */
  refusals?: readonly number[];
}

/** A route that answers with JSON. */
export interface JsonRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Described<Params, Query, Body> {
  answer: Answer;
  answerExample: unknown;
  /** 200 unless it makes something new. */
  status?: 201;
  run(
    asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): z.input<Answer> | Refused | Promise<z.input<Answer> | Refused>;
}

/** A route that answers with something else, and writes it itself. */
export interface MediaRoute<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> extends Described<Params, Query, Body> {
  /** What it answers, by status. */
  answers: Record<number, { text: string; media?: string }>;
  /** Asks by HEAD are no use here: the answer never ends. */
  endless?: boolean;
  serve(
    asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Refused | undefined>;
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

export type Route = JsonRoute<z.ZodType, z.ZodType, z.ZodType, z.ZodType> | MediaRoute<z.ZodType, z.ZodType, z.ZodType>;

/** Checks a row as it is written; rows of many shapes then stand in one list. */
export const jsonRoute = <
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  row: JsonRoute<Params, Query, Body, Answer>,
): Route => row;

export const mediaRoute = <Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  row: MediaRoute<Params, Query, Body>,
): Route => row;

export const API = '/api/v1';

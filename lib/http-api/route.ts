import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Refused } from './refusal.ts';

/** The parts of a request, read by the schemas of its route. */
export interface Parts<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
}

export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/**
 * What is said of every route. `Access` is who may use it and `Tag` its section of the reference, both in the words of the
 * product that has the routes.
 */
export interface Described<
  Access,
  Tag extends string,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  /** Unique; clients made from the OpenAPI document name their functions by it. */
  id: string;
  method: Method;
  /** Below the base of the API, with `{name}` where a parameter stands. */
  path: string;
  access: Access;
  tag?: Tag;
  summary: string;
  /** More, for those who read the reference. */
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  bodyExample?: NoInfer<z.input<Body>>;
  /** A body that is no JSON: its media types, and how many bytes at most; more is refused with 413. */
  upload?: { media: readonly string[]; maxBytes: number };
  /** Statuses of refusals that this route knows besides those that follow from its shape. */
  refusals?: readonly number[];
}

/** A route that answers with JSON. `Context` is what the product gives to its routes besides the parts of the request. */
export interface JsonRoute<
  Context extends object,
  Access,
  Tag extends string,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Described<Access, Tag, Params, Query, Body> {
  /** Undefined: nothing is answered (204). */
  answer?: Answer;
  answerExample?: unknown;
  /** 200 unless it makes something new. */
  status?: 201;
  run(
    asked: Context & Parts<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): z.input<Answer> | Refused | void | Promise<z.input<Answer> | Refused | void>;
}

/** A route that answers with something else, and writes it itself. */
export interface MediaRoute<
  Context extends object,
  Access,
  Tag extends string,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> extends Described<Access, Tag, Params, Query, Body> {
  /** What it answers, by status. */
  answers: Record<number, { text: string; media?: string }>;
  /** The answer never ends: there is no HEAD for it. */
  endless?: boolean;
  serve(
    asked: Context & Parts<z.output<Params>, z.output<Query>, z.output<Body>>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Refused | undefined>;
}

/** A row of an API: what it takes, what it gives, who may, and what is done. */
export type Route<Context extends object = never, Access = unknown, Tag extends string = string> =
  | JsonRoute<Context, Access, Tag, z.ZodType, z.ZodType, z.ZodType, z.ZodType>
  | MediaRoute<Context, Access, Tag, z.ZodType, z.ZodType, z.ZodType>;

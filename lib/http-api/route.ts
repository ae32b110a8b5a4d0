import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Refused } from './refusal.ts';

/** The parts of a request, read by the schemas of its route. */
export interface Parts<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
}

/** The methods of rows. */
export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/**
 * The common part of all routes. `Access` is the right that is needed and `Tag` the section of the reference, both in
 * the product's words.
 */
export interface Described<
  Access,
  Tag extends string,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  /** Unique id; clients made from the OpenAPI document name their functions after it. */
  id: string;
  method: Method;
  /** Path below the base of the API, with `{name}` for a parameter. */
  path: string;
  access: Access;
  tag?: Tag;
  summary: string;
  /** A longer description for the reference. */
  description?: string;
  params?: Params;
  query?: Query;
  body?: Body;
  bodyExample?: NoInfer<z.input<Body>>;
  /** Media types and size of a body that is no JSON; a larger one is refused with 413. */
  upload?: { media: readonly string[]; maxBytes: number };
  /** Statuses of refusals besides those that follow from the shape. */
  refusals?: readonly number[];
}

/**
 * A route that answers with JSON. `Context` is what the product gives to its routes besides the parts of the request.
 */
export interface JsonRoute<
  Context extends object,
  Access,
  Tag extends string,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Described<Access, Tag, Params, Query, Body> {
  /** Schema of the answer; undefined if there is none (204). */
  answer?: Answer;
  answerExample?: unknown;
  /** Status of the answer; 200 unless something new was made. */
  status?: 201;
  run(
    asked: Context & Parts<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): z.input<Answer> | Refused | void | Promise<z.input<Answer> | Refused | void>;
}

/** A route that writes its answer itself, in another format. */
export interface MediaRoute<
  Context extends object,
  Access,
  Tag extends string,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> extends Described<Access, Tag, Params, Query, Body> {
  /** The answers by status. */
  answers: Record<number, { text: string; media?: string }>;
  /** Whether the answer has no end; HEAD is then refused. */
  endless?: boolean;
  serve(
    asked: Context & Parts<z.output<Params>, z.output<Query>, z.output<Body>>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Refused | undefined>;
}

/** A row of an API: parameters, answer, rights, and what it does. */
export type Route<Context extends object = never, Access = unknown, Tag extends string = string> =
  | JsonRoute<Context, Access, Tag, z.ZodType, z.ZodType, z.ZodType, z.ZodType>
  | MediaRoute<Context, Access, Tag, z.ZodType, z.ZodType, z.ZodType>;

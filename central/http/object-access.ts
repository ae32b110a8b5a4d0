import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ownersOfEvent, ownersOfFile, ownersOfPackage } from '../catalogue/owners.ts';
import { mayActFor, mayTouch, type Owners } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';

/**
 * What a route is about, for accounts that are for one agent alone: they may use it for what is theirs. A route that agents may use
 * and that says nothing is refused to them.
 */
export type About =
  /** Nothing that belongs to somebody. */
  | 'nothing'
  /** A list, in which the route leaves out what is not theirs. */
  | 'own'
  /** What its form names; the route asks `checkPackage` and others when it has read it. */
  | 'form'
  /** The path of a file. */
  | 'file'
  /** The parameter of the path that has the name of an agent, or the id of an event or of a media package. */
  | { agent: string }
  | { event: string }
  | { package: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    about?: About;
  }
}

/** 403 in words. */
export class Forbidden extends Error {
  readonly statusCode = 403;
}

const NOT_YOURS = 'this account is for another agent';

/** Refuses, before a body is read, what belongs to another agent than the one that an account is for. */
export function guardObjects(app: FastifyInstance, { database }: { database: Database }): void {
  app.addHook('onRequest', async (request) => {
    const { who } = request;
    const { about, allows } = request.routeOptions.config;
    if (!who || who.agent === null || allows === 'anyone' || request.is404) return;
    if (about === undefined) {
      if (who.role !== 'agent') return;
      throw new Forbidden('this is not for accounts of one agent alone');
    }
    if (!(await isTheirs(database, request, who, about))) throw new Forbidden(NOT_YOURS);
  });
}

async function isTheirs(
  database: Database,
  { params, method }: FastifyRequest,
  who: Who,
  about: About,
): Promise<boolean> {
  if (typeof about === 'string') {
    if (about !== 'file') return true;
    const { mediaPackage, element, file } = params as Record<'mediaPackage' | 'element' | 'file', string>;
    return isTouched(who, await ownersOfFile(database, `${mediaPackage}/${element}/${file}`));
  }
  const [kind, name] = Object.entries(about)[0] as ['agent' | 'event' | 'package', string];
  const value = String(Object.getOwnPropertyDescriptor(params, name)?.value ?? '');
  // Who reads `Amphi_D.json` reads Amphi_D, if none has just this name.
  const isRead = method === 'GET' || method === 'HEAD';
  const names = isRead ? [value, value.replace(/\.(json|xml)$/, '')] : [value];
  if (kind === 'agent') return names.some((one) => mayActFor(who, one));
  const ask = kind === 'event' ? ownersOfEvent : ownersOfPackage;
  for (const one of names) {
    const owners = await ask(database, one);
    if (owners) return mayTouch(who, owners);
  }
  return true;
}

/** What nobody has is nobody else's: the route says that there is none. */
const isTouched = (who: Who, owners: Owners | undefined): boolean => owners === undefined || mayTouch(who, owners);

/** Throws Forbidden where a media package is another agent's. */
export async function checkPackage(database: Database, who: Who, id: string): Promise<void> {
  if (who.agent !== null && !isTouched(who, await ownersOfPackage(database, id))) throw new Forbidden(NOT_YOURS);
}

/** The agent that an account is for; undefined: it may see all. */
export const onlyAgentOf = (who: Who): string | undefined => who.agent ?? undefined;

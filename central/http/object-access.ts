import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ownersOfEvent, ownersOfFile, ownersOfPackage } from '../catalogue/owners.ts';
import { findEvent } from '../catalogue/list-events.ts';
import { findSeries } from '../catalogue/list-series.ts';
import { mayActFor, mayTouch, opencastRolesOf, type Owners } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';

/**
 * Objects that a route is about, for accounts of one agent: they may use it for their own objects. A route that agents
 * may use and that does not say this is refused to them.
 */
export type About =
  /** Objects that belong to nobody. */
  | 'nothing'
  /** A list: the route leaves out objects of others. */
  | 'own'
  /** Objects that the form names: the route calls `checkPackage` or another check after reading it. */
  | 'form'
  /** A file, by its path. */
  | 'file'
  /** An agent, event or media package, by the parameter of the path with its name or id. */
  | { agent: string }
  /** A series: it belongs to nobody, but viewers may see it only as its access list says. */
  | { series: string }
  | { event: string }
  | { package: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    about?: About;
  }
}

/** Refusal because of another agent's object: 403, and words. */
export class Forbidden extends Error {
  readonly statusCode = 403;
}

const NOT_YOURS = 'this account is for another agent';
const NOT_FOR_YOU = 'the access list does not let this account read it';

/**
 * Refuses objects of other agents to accounts of one agent, and to viewers events and series whose access lists do not let them
 * read, before a body is read.
 */
export function guardObjects(app: FastifyInstance, { database }: { database: Database }): void {
  app.addHook('onRequest', async (request) => {
    const { who } = request;
    const { about, allows } = request.routeOptions.config;
    if (who?.role === 'viewer' && !(await isForViewer(database, request, who, about))) throw new Forbidden(NOT_FOR_YOU);
    if (!who || who.agent === null || allows === 'anyone' || request.is404) return;
    if (about === undefined) {
      if (who.role !== 'agent') return;
      throw new Forbidden('this is not for accounts of one agent alone');
    }
    if (!(await isTheirs(database, request, who, about))) throw new Forbidden(NOT_YOURS);
  });
}

/** Whether a viewer may read what a route is about. Where a route asks access lists itself (`byAccess`) it may. */
async function isForViewer(
  database: Database,
  { params, routeOptions }: FastifyRequest,
  who: Who,
  about: About | undefined,
): Promise<boolean> {
  if (typeof about !== 'object' || routeOptions.config.byAccess === true) return true;
  const [kind, name] = Object.entries(about)[0] as [string, string];
  if (kind !== 'event' && kind !== 'series') return true;
  const find = kind === 'event' ? findEvent : findSeries;
  for (const one of namesIn(params, name)) {
    if (!(await find(database, one))) continue;
    const roles = opencastRolesOf(who);
    // Who may write may read.
    for (const action of ['read', 'write']) if (await find(database, one, { roles, action })) return true;
    return false;
  }
  return true;
}

/** Names that a parameter of a path may mean: `Amphi_D.json` is the agent Amphi_D, unless there is one with just this name. */
function namesIn(params: unknown, name: string): string[] {
  const value = String(Object.getOwnPropertyDescriptor(params, name)?.value ?? '');
  return [value, value.replace(/\.(json|xml)$/, '')];
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
  const [kind, name] = Object.entries(about)[0] as ['agent' | 'event' | 'package' | 'series', string];
  if (kind === 'series') return true;
  const isRead = method === 'GET' || method === 'HEAD';
  const names = namesIn(params, name).slice(0, isRead ? 2 : 1);
  if (kind === 'agent') return names.some((one) => mayActFor(who, one));
  const ask = kind === 'event' ? ownersOfEvent : ownersOfPackage;
  for (const one of names) {
    const owners = await ask(database, one);
    if (owners) return mayTouch(who, owners);
  }
  return true;
}

/** Whether an account may touch an object; one without owners does not exist, and the route says so. */
const isTouched = (who: Who, owners: Owners | undefined): boolean => owners === undefined || mayTouch(who, owners);

/** Throws Forbidden if a media package belongs to another agent. */
export async function checkPackage(database: Database, who: Who, id: string): Promise<void> {
  if (who.agent !== null && !isTouched(who, await ownersOfPackage(database, id))) throw new Forbidden(NOT_YOURS);
}

/** Agent that an account is limited to; undefined: it may see all. */
export const onlyAgentOf = (who: Who): string | undefined => who.agent ?? undefined;

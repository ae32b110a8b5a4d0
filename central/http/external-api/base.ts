import type { FastifyRequest } from 'fastify';
import { opencastRolesOf, userRoleOf } from '../../identity/permissions.ts';
import { about, onlyFor, whoOf } from '../http-access.ts';
import type { RouteModule } from '../services.ts';
import { NEWEST, VERSIONS } from './versions-api.ts';

/** Options of routes that read: for schedulers and viewers. */
export const READERS = onlyFor('scheduler', 'viewer');
/** Options of routes that read events and series, where access lists count. */
export const EVENT_READERS = { config: { ...READERS.config, byAccess: true } };
/** Options of routes that change events and series, where access lists count. */
export const SCHEDULERS = { config: { ...onlyFor('scheduler').config, byAccess: true } };
const EVERYBODY = about('nothing', 'scheduler', 'viewer', 'agent');

const ME = { config: { ...EVERYBODY.config, byAccess: true } };

const ORGANIZATION = 'mh_default_org';

/** Serves `/api`, its versions, and the account that asks. */
export const baseApi: RouteModule = (app, services) => {
  const base = (request: FastifyRequest): string => services.urlFor(request);
  app.get('/api', EVERYBODY, async (request) => ({ url: `${base(request)}/api`, version: VERSIONS[NEWEST] }));
  app.get('/api/version', EVERYBODY, async () => ({ versions: VERSIONS, default: VERSIONS[NEWEST] }));
  app.get('/api/version/default', EVERYBODY, async () => ({ default: VERSIONS[NEWEST] }));
  app.get('/api/info/me', ME, async (request) => {
    const who = whoOf(request);
    return { provider: 'opencast', name: who.name, userrole: userRoleOf(who), email: '', username: who.name };
  });
  app.get('/api/info/me/roles', ME, async (request) => request.runRoles ?? opencastRolesOf(whoOf(request)));
  app.get('/api/info/organization', EVERYBODY, async () => ({
    adminRole: 'ROLE_ADMIN',
    anonymousRole: 'ROLE_ANONYMOUS',
    id: ORGANIZATION,
    name: 'Amphi',
  }));
  const properties = (request: FastifyRequest) => ({
    'org.opencastproject.engage.ui.url': base(request),
    'org.opencastproject.external.api.url': base(request),
  });
  app.get('/api/info/organization/properties', EVERYBODY, async (request) => properties(request));
  app.get('/api/info/organization/properties/engageuiurl', EVERYBODY, async (request) => ({
    'org.opencastproject.engage.ui.url': base(request),
  }));
};

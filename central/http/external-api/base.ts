import type { FastifyRequest } from 'fastify';
import type { Who } from '../../identity/accounts.ts';
import type { Role } from '../../store/tables.ts';
import { onlyFor, whoOf } from '../access.ts';
import type { RouteModule } from '../services.ts';
import { NEWEST, VERSIONS } from './versions.ts';

export const READERS = onlyFor('scheduler', 'viewer');
export const SCHEDULERS = onlyFor('scheduler');
const EVERYBODY = onlyFor('scheduler', 'viewer', 'agent');

/** Our roles as Opencast's clients know them (facts/opencast 1.2, 3.1). */
const ROLES: Record<Role, readonly string[]> = {
  admin: ['ROLE_ADMIN', 'ROLE_API', 'ROLE_SUDO'],
  scheduler: [
    'ROLE_ADMIN_UI',
    'ROLE_API',
    'ROLE_API_EVENTS_CREATE',
    'ROLE_API_EVENTS_EDIT',
    'ROLE_API_EVENTS_VIEW',
    'ROLE_API_SERIES_CREATE',
  ],
  agent: ['ROLE_CAPTURE_AGENT'],
  viewer: ['ROLE_API', 'ROLE_API_EVENTS_VIEW', 'ROLE_API_SERIES_VIEW'],
};

const ownRole = ({ name }: Who): string => `ROLE_USER_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;

/** Every role of an account: its own, that of its kind, and everybody's. */
export const rolesOf = (who: Who): string[] => [...ROLES[who.role], ownRole(who), 'ROLE_USER', 'ROLE_ANONYMOUS'];

const ORGANIZATION = 'mh_default_org';

/** `/api`, its versions, and who is asking. */
export const baseApi: RouteModule = (app, services) => {
  const base = (request: FastifyRequest): string => services.urlFor(request);
  app.get('/api', EVERYBODY, async (request) => ({ url: `${base(request)}/api`, version: VERSIONS[NEWEST] }));
  app.get('/api/version', EVERYBODY, async () => ({ versions: VERSIONS, default: VERSIONS[NEWEST] }));
  app.get('/api/version/default', EVERYBODY, async () => ({ default: VERSIONS[NEWEST] }));
  app.get('/api/info/me', EVERYBODY, async (request) => {
    const who = whoOf(request);
    return { provider: 'opencast', name: who.name, userrole: ownRole(who), email: '', username: who.name };
  });
  app.get('/api/info/me/roles', EVERYBODY, async (request) => rolesOf(whoOf(request)));
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

import type { FastifyRequest } from 'fastify';
import { cpus, totalmem } from 'node:os';
import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { SERVICE_PATHS, SERVICE_TYPES } from '@amphi/lib/opencast/services.ts';
import { element } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { opencastRolesOf, userRoleOf } from '../../identity/permissions.ts';
import type { Who } from '../../identity/who.ts';
import { about, open } from '../http-access.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

/** Answers by which agents and monitoring find out what is here: `/services`, `/info`, `/sysinfo`. */

/** Version of Opencast whose protocol is spoken; some agents ask for it. */
const SPEAKS = '16.0.0';

const SERVICES: Readonly<Record<string, string>> = {
  [SERVICE_TYPES.captureAdmin]: SERVICE_PATHS.captureAdmin,
  [SERVICE_TYPES.scheduler]: SERVICE_PATHS.scheduler,
  [SERVICE_TYPES.ingest]: SERVICE_PATHS.ingest,
  'org.opencastproject.series': '/series',
  'org.opencastproject.files': '/files',
  'org.opencastproject.assetmanager': '/assets',
  'org.opencastproject.workflow': '/workflow',
  'org.opencastproject.serviceregistry': '/services',
  'org.opencastproject.external': '/api',
  'org.opencastproject.external.agents': '/api/agents',
  'org.opencastproject.external.events': '/api/events',
  'org.opencastproject.external.series': '/api/series',
  'org.opencastproject.external.workflows.definitions': '/api/workflow-definitions',
  'org.opencastproject.external.workflows.instances': '/api/workflows',
  'org.opencastproject.search': '/search',
  'org.opencastproject.tobira': '/tobira',
};

type Asked = FastifyRequest<{ Querystring: { serviceType?: string } }>;

/** Serves the answers about this server and its services. */
export const discovery: RouteModule = (app, services) => {
  const { urlFor, clock } = services;
  const since = new Date(clock.nowMs()).toISOString();
  const agents = about('nothing', 'agent', 'scheduler', 'viewer');

  const found = ({ query, protocol, host }: Asked) => {
    const types = query.serviceType === undefined ? Object.keys(SERVICES) : [query.serviceType];
    return types
      .filter((type) => Object.hasOwn(SERVICES, type))
      .map((type) => serviceAt(type, SERVICES[type] ?? '', urlFor({ protocol, host }), since));
  };
  const json = (all: ReturnType<typeof found>) => {
    const service = asList(all);
    // Without a service the answer is `{}`, not `""`, on which a client in use fails.
    return { services: service === '' ? {} : { service } };
  };

  app.get('/services/available.json', agents, async (request: Asked, reply) => {
    if (!request.query.serviceType) return reply.code(400).type('text/plain').send('Service type must be specified');
    return json(found(request));
  });
  app.get('/services/available.xml', agents, async (request: Asked, reply) => {
    if (!request.query.serviceType) return reply.code(400).type('text/plain').send('Service type must be specified');
    return reply.type(XML).send(servicesXml(found(request)));
  });
  app.get('/services/services.json', agents, async (request: Asked) => json(found(request)));
  app.get('/services/services.xml', agents, async (request: Asked, reply) =>
    reply.type(XML).send(servicesXml(found(request))),
  );
  app.get('/services/hosts.json', agents, async ({ protocol, host }) => ({
    hosts: { host: { base_url: urlFor({ protocol, host }), ...HOST } },
  }));

  app.get('/info/me.json', { config: { ...open.config, byAccess: true } }, async ({ who, runRoles }) =>
    meOf(who, runRoles),
  );
  app.get('/info/health', open, async (_request, reply) =>
    reply.type('application/health+json').send({ status: 'pass', version: '1', releaseId: SPEAKS, serviceId: 'amphi' }),
  );
  app.get('/info/components.json', open, async ({ protocol, host }) => {
    const url = urlFor({ protocol, host });
    const rest = Object.entries(SERVICES).map(([type, path]) => ({
      title: type,
      version: SPEAKS,
      type,
      path,
      docs: `${url}/api/v1/openapi.json`,
      wadl: '',
    }));
    return { rest, engage: url, admin: url, ui: [] };
  });
  app.get('/org/all.json', about('nothing', 'scheduler', 'viewer'), async ({ protocol, host }) => ({
    organizations: { organization: organizationAt(urlFor({ protocol, host })) },
  }));
  app.get('/sysinfo/bundles/version', open, async () => ({
    'last-modified': Date.parse(since),
    consistent: true,
    version: SPEAKS,
    buildNumber: services.version,
  }));
};

const HOST = {
  address: '127.0.0.1',
  node_name: 'central',
  memory: totalmem(),
  cores: cpus().length,
  max_load: cpus().length,
  online: true,
  active: true,
  maintenance: false,
};

const serviceAt = (type: string, path: string, host: string, since: string) => ({
  type,
  host,
  path,
  active: true,
  online: true,
  maintenance: false,
  jobproducer: true,
  onlinefrom: since,
  service_state: 'NORMAL',
  state_changed: since,
  error_state_trigger: 0,
  warning_state_trigger: 0,
});

const REGISTRY = 'http://serviceregistry.opencastproject.org';

const servicesXml = (all: readonly ReturnType<typeof serviceAt>[]): string =>
  formatXml(
    element(
      REGISTRY,
      'services',
      {},
      all.map((service) =>
        element(
          '',
          'service',
          {},
          Object.entries(service).map(([name, value]) => element('', name, {}, [String(value)])),
        ),
      ),
    ),
    { [REGISTRY]: 'ns3' },
  );

/** Organization of this server; there is only one. */
function organizationAt(url: string) {
  const { hostname, port, protocol } = new URL(url);
  return {
    id: 'mh_default_org',
    name: 'Amphi',
    adminRole: 'ROLE_ADMIN',
    anonymousRole: 'ROLE_ANONYMOUS',
    servers: { server: { name: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) } },
    properties: { property: { key: 'org.opencastproject.engage.ui.url', $: url } },
  };
}

const meOf = (who: Who | undefined, roles: readonly string[] = opencastRolesOf(who)) => {
  const name = who?.name ?? 'anonymous';
  return {
    org: {
      id: 'mh_default_org',
      name: 'Amphi',
      adminRole: 'ROLE_ADMIN',
      anonymousRole: 'ROLE_ANONYMOUS',
      properties: {},
    },
    roles,
    userRole: userRoleOf(who),
    user: { username: name, name, email: '', provider: 'amphi' },
  };
};

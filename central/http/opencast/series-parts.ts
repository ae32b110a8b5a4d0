import type { FastifyReply, FastifyRequest } from 'fastify';
import { element } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { checkName } from '../../catalogue/lengths.ts';
import { changeSeries, seriesNamed, seriesTitles, type SeriesPatch } from '../../catalogue/series.ts';
import type { AclEntry, SeriesRow } from '../../store/tables.ts';
import { accessListIn } from '../fields.ts';
import { readForm } from '../form.ts';
import { about, onlyFor, whoOf } from '../http-access.ts';
import { XML } from '../media-types.ts';
import type { RouteModule } from '../services.ts';

type WithId = FastifyRequest<{ Params: { id: string } }>;
type WithName = FastifyRequest<{ Params: { id: string; name: string } }>;

/** Properties of a series; one more is refused. */
const MOST_PROPERTIES = 500;

/**
 * Serves the parts of a series that are read and set alone: its access list and its properties (facts/opencast 3.2).
 */
export const seriesParts: RouteModule = (app, { database, clock }) => {
  const reads = about({ series: 'id' }, 'agent', 'scheduler', 'viewer');
  const lists = about('nothing', 'agent', 'scheduler');
  const writes = onlyFor('scheduler');
  const tell = async ({ params: { id } }: WithId, reply: FastifyReply, part: (series: SeriesRow) => unknown) => {
    const series = await seriesNamed(database, id);
    return series ? part(series) : reply.code(404).send();
  };
  const change = (request: FastifyRequest, id: string, patch: SeriesPatch, told: unknown): Promise<void> =>
    changeSeries(database, whoOf(request), id, patch, { nowMs: clock.nowMs(), told });

  app.get('/series/allSeriesIdTitle.json', lists, async () => ({
    series: (await seriesTitles(database)).map(({ id, title }) => ({ identifier: id, title })),
  }));

  app.get('/series/:id/acl.json', reads, (request: WithId, reply) =>
    tell(request, reply, ({ acl }) => ({ acl: { ace: acl } })),
  );
  app.get('/series/:id/acl.xml', reads, (request: WithId, reply) =>
    tell(request, reply, ({ acl }) => reply.type(XML).send(aclXml(acl))),
  );
  for (const method of ['post', 'put'] as const) {
    app[method]('/series/:id/accesscontrol', writes, async (request: WithId, reply) => {
      const form = await readForm(request);
      const text = form.get('acl')?.trim();
      if (!text) throw new BadRequest('acl is missing: the access list, as XML or JSON');
      const acl = accessListIn(text);
      return tell(request, reply, async ({ id }) => {
        await change(request, id, { acl, overridesEvents: form.get('override') === 'true' }, { acl });
        return reply.code(204).send();
      });
    });
  }

  app.get('/series/:id/properties.json', reads, (request: WithId, reply) =>
    tell(request, reply, ({ properties }) => Object.entries(properties).map((pair) => Object.fromEntries([pair]))),
  );
  app.get('/series/:id/property/:name', reads, (request: WithName, reply) =>
    tell(request, reply, ({ properties }) => {
      const { name } = request.params;
      const found = Object.entries(properties).find(([key]) => key === name || `${key}.json` === name);
      return found ? reply.type('text/plain; charset=utf-8').send(found[1]) : reply.code(404).send();
    }),
  );
  app.post('/series/:id/property', writes, async (request: WithId, reply) => {
    const form = await readForm(request);
    const [name, value] = [form.get('name')?.trim() ?? '', form.get('value')];
    if (name === '' || value === undefined) throw new BadRequest('name and value of the property are needed');
    checkName('the name of the property', name);
    return tell(request, reply, async ({ id, properties }) => {
      const others = Object.entries(properties).filter(([key]) => key !== name);
      if (others.length >= MOST_PROPERTIES) throw new BadRequest(`a series has ${MOST_PROPERTIES} properties at most`);
      const next = Object.fromEntries([...others, [name, value]]);
      await change(request, id, { properties: next }, { property: name });
      return reply.code(204).send();
    });
  });
  app.delete('/series/:id/property/:name', writes, (request: WithName, reply) =>
    tell(request, reply, async ({ id, properties }) => {
      const { name } = request.params;
      if (!Object.hasOwn(properties, name)) return reply.code(404).send();
      const next = Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
      await change(request, id, { properties: next }, { property: name });
      return reply.code(204).send();
    }),
  );
};

const SECURITY = 'http://org.opencastproject.security';

const aclXml = (acl: readonly AclEntry[]): string => {
  const of = (name: string, text: string) => element(SECURITY, name, {}, [text]);
  const aces = acl.map(({ role, action, allow }) =>
    element(SECURITY, 'ace', {}, [of('role', role), of('action', action), of('allow', String(allow))]),
  );
  return formatXml(element(SECURITY, 'acl', {}, aces), { [SECURITY]: '' });
};

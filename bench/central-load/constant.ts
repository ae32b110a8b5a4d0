/** The yardstick: a Fastify server that gives the same answers from constants, to everybody. Prints its port. */
import { fastify } from 'fastify';
import { readFile } from 'node:fs/promises';

const calendar = await readFile(process.argv[2] ?? '');
const mark = 'mod1700000000000';
const app = fastify({ logger: false });
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, new URLSearchParams(body as string)),
);
app.post('/capture-admin/agents/:name', (_request, reply) => reply.type('text/html').send(''));
app.get('/recordings/calendars', (request, reply) => {
  void reply.header('etag', mark);
  if (request.headers['if-none-match'] === mark) return reply.code(304).send();
  return reply.header('content-type', 'text/calendar; charset=UTF-8').send(calendar);
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
console.log(typeof address === 'object' ? address?.port : address);

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hallsSeen } from '../agents/halls.ts';
import { keptImports } from '../catalogue/imports/imports.ts';
import { readForm } from '../http/form.ts';
import { onlyFor, open, whoOf } from '../http/http-access.ts';
import { readingRoles } from '../identity/permissions.ts';
import type { RouteModule, Services } from '../http/services.ts';
import { SESSION_COOKIE } from '../http/session-cookie.ts';
import { undoImport } from '../timetable/undo-import.ts';
import { zoneAsked, zoneOfAgent } from '../timetable/zones.ts';
import { SCRIPT, STYLE } from './assets.ts';
import { serveEditor } from './editor-serving.ts';
import type { Seen } from './frame.ts';
import { hallsPage } from './halls-page.ts';
import { serveNewImport } from './import-serving.ts';
import { importsPage, troublePage, undoPage } from './imports-page.ts';
import { textsIn } from './pages-texts.ts';
import { keepChoice, ownPath, readerOf, told } from './reader.ts';
import { signInPage } from './sign-in-page.ts';

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const show = (reply: FastifyReply, page: string): FastifyReply =>
  reply.headers(HEADERS).type('text/html; charset=utf-8').send(page);

const seenOf = (request: FastifyRequest, path = request.url): Seen => ({
  reader: readerOf(request),
  path: ownPath(path),
  who: request.who,
});

/** Pages for people: signing in, what each hall does now, imports, which can be undone, and the editor. */
export const pages: RouteModule = async (app, services) => {
  tellRefusals(app);
  servePreferences(app);
  serveSignIn(app, services);
  app.get('/', onlyFor('scheduler', 'viewer'), async (request, reply) => {
    const zoneOf = (agent: string) => zoneOfAgent(services.roster, agent);
    return show(reply, hallsPage(seenOf(request), await hallsSeen(services, readingRoles(whoOf(request))), zoneOf));
  });
  serveImports(app, services);
  await serveEditor(app, services.log);
};

/** Shows refusals of these pages as a page, in the reader's language. */
function tellRefusals(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isText = String(reply.getHeader('content-type') ?? '').startsWith('text/plain');
    if (reply.statusCode < 400 || !isText || typeof payload !== 'string') return payload;
    if (!/\btext\/html\b/.test(request.headers.accept ?? '')) return payload;
    const seen = seenOf(request);
    const { language } = seen.reader;
    const why = request.who && reply.statusCode === 403 ? textsIn(language).mayNot : told(payload.trim(), seen.reader);
    reply.headers(HEADERS).type('text/html; charset=utf-8').removeHeader('content-length');
    return troublePage(seen, why);
  });
}

/** Serves style and script, and keeps the choice of language and theme. */
function servePreferences(app: FastifyInstance): void {
  for (const [path, type, text] of [
    ['/assets/server.css', 'text/css', STYLE],
    ['/assets/look-again.js', 'text/javascript', SCRIPT],
  ] as const) {
    app.get(path, open, (_request, reply) =>
      reply
        .headers({ ...HEADERS, 'cache-control': 'public, max-age=31536000, immutable' })
        .type(`${type}; charset=utf-8`)
        .send(text),
    );
  }
  app.post('/preferences', { config: { ...open.config, keepsCalendars: true } }, async (request, reply) => {
    const form = await readForm(request);
    keepChoice(reply, form.get('language'), form.get('theme'));
    return reply
      .code(303)
      .header('location', ownPath(form.get('back')))
      .send();
  });
}

function serveSignIn(app: FastifyInstance, { accounts }: Services): void {
  app.get('/login.html', open, (request, reply) => show(reply, signInPage(seenOf(request), undefined)));
  app.post('/j_spring_security_check', open, async (request, reply) => {
    const form = await readForm(request);
    const found = await accounts.signIn(form.get('j_username') ?? '', form.get('j_password') ?? '', request.ip);
    if (found.kind !== 'known') {
      const why = found.kind === 'busy' ? 'busy' : 'wrong';
      return show(reply.code(401), signInPage(seenOf(request, '/login.html'), why));
    }
    const { secret, expiresAtMs } = await accounts.openSession(found.who);
    void reply.setCookie(SESSION_COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      expires: new Date(expiresAtMs),
    });
    return reply.code(303).header('location', '/').send();
  });
  app.post('/sign-out', open, async (request, reply) => {
    await accounts.closeSession(request.cookies[SESSION_COOKIE] ?? '');
    return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(303).header('location', '/login.html').send();
  });
}

type ById = { Params: { id: string } };

function serveImports(app: FastifyInstance, services: Services): void {
  const zone = () => zoneAsked(services.roster).zone;
  const numberIn = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);
  app.get<{ Querystring: { undone?: string } }>('/imports', onlyFor('scheduler'), async (request, reply) => {
    const undone = numberIn(request.query.undone ?? '') || undefined;
    const seen = seenOf(request, '/imports');
    return show(reply, importsPage(seen, await keptImports(services.database), zone(), undone));
  });
  serveNewImport(app, services, { seenOf, show });
  const undo = async (request: FastifyRequest<ById>, reply: FastifyReply, dryRun: boolean): Promise<FastifyReply> => {
    const id = numberIn(request.params.id);
    const seen = seenOf(request, `/imports/${id}`);
    const texts = textsIn(seen.reader.language);
    const done = await undoImport(services, whoOf(request), id, { dryRun, zone: zone() });
    if (done.kind === 'missing') return show(reply.code(404), troublePage(seen, texts.noSuchImport));
    if (done.kind === 'undone already') return show(reply.code(409), troublePage(seen, texts.isUndone));
    if (done.report.applied) return reply.code(303).header('location', `/imports?undone=${id}`).send();
    return show(dryRun ? reply : reply.code(409), undoPage(seen, done.report));
  };
  app.get<ById>('/imports/:id', onlyFor('scheduler'), (request, reply) => undo(request, reply, true));
  app.post<ById>('/imports/:id/undo', onlyFor('scheduler'), (request, reply) => undo(request, reply, false));
}

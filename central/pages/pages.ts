import { hallsNow, type HallNow } from '../agents/halls.ts';
import { onlyFor, open } from '../http/http-access.ts';
import { readForm } from '../http/form.ts';
import type { RouteModule } from '../http/services.ts';
import { SESSION_COOKIE } from '../http/session-cookie.ts';

/** Two plain pages without a script: signing in, and what each hall does now. */
export const pages: RouteModule = (app, services) => {
  const { accounts } = services;
  const answered = {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };

  app.get('/login.html', open, async (_request, reply) =>
    reply.headers(answered).type('text/html').send(signInPage('')),
  );
  app.post('/j_spring_security_check', open, async (request, reply) => {
    const form = await readForm(request);
    const found = await accounts.signIn(form.get('j_username') ?? '', form.get('j_password') ?? '', request.ip);
    if (found.kind !== 'known') {
      const why = found.kind === 'busy' ? 'Too many tries: wait a little.' : 'Wrong user or password.';
      return reply.code(401).headers(answered).type('text/html').send(signInPage(why));
    }
    const { secret, expiresAtMs } = await accounts.openSession(found.who);
    const secure = request.protocol === 'https';
    void reply.setCookie(SESSION_COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      expires: new Date(expiresAtMs),
    });
    return reply.code(303).header('location', '/').send();
  });
  app.get('/', onlyFor('scheduler', 'viewer'), async (_request, reply) =>
    reply
      .headers(answered)
      .type('text/html')
      .send(hallsPage(await hallsNow(services))),
  );
};

const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);

const page = (title: string, body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<title>${escaped(title)} · Amphi</title></head><body>${body}</body></html>`;

const signInPage = (why: string): string =>
  page(
    'Sign in',
    `<main><h1>Amphi central</h1>${why ? `<p role="alert">${escaped(why)}</p>` : ''}
<form method="post" action="/j_spring_security_check">
<p><label>User <input name="j_username" autocomplete="username" required></label></p>
<p><label>Password <input name="j_password" type="password" autocomplete="current-password" required></label></p>
<p><button>Sign in</button></p></form></main>`,
  );

const REFRESH = '<meta http-equiv="refresh" content="10">';

const hallsPage = (halls: readonly HallNow[]): string =>
  page(
    'Halls',
    `<main><h1>Halls</h1><table border="1" cellpadding="6"><thead><tr>${[
      'Hall',
      'State',
      'Last contact',
      'Now',
      'Next',
      'Alarms',
      'To come',
    ]
      .map((head) => `<th scope="col">${head}</th>`)
      .join('')}</tr></thead><tbody>${halls.map(row).join('')}</tbody></table>
${halls.length === 0 ? '<p>No agent has registered yet.</p>' : ''}</main>`,
    REFRESH,
  );

function row(hall: HallNow): string {
  const { now, next, previewUrl } = hall;
  const preview = previewUrl && /^https?:/.test(previewUrl) ? ` <a href="${escaped(previewUrl)}">preview</a>` : '';
  const age = hall.lastContactAgeSeconds;
  const cells = [
    `${escaped(hall.name)}${preview}`,
    escaped(hall.state),
    age === null ? 'never' : `${age} s ago`,
    now ? `${escaped(now.title)} until ${time(now.endsAt)}` : '',
    next ? `${escaped(next.title)}, ${time(next.startsAt)}` : '',
    hall.alarms.map(({ text }) => escaped(text)).join('<br>'),
    hall.handOvers.map(({ recording, error }) => escaped(error ? `${recording}: ${error}` : recording)).join('<br>'),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** In UTC, and saying so: the halls may be in several zones. */
const time = (iso: string): string =>
  `<time datetime="${escaped(iso)}">${escaped(iso.slice(0, 16).replace('T', ' '))} UTC</time>`;

import { z } from 'zod';
import { newSecret, sha256 } from '../../identity/accounts.ts';
import { forgetFirstPassword } from '../../identity/first-accounts.ts';
import { SESSION_COOKIE } from '../session-cookie.ts';
import { whoOf } from '../access.ts';
import { apiRoute, Refused, type AnyRoute } from './route.ts';

const role = z.enum(['admin', 'scheduler', 'agent', 'viewer']);
const name = z.string().regex(/^[^\s:]{1,100}$/, 'must be 1 to 100 characters without spaces and colons');
const password = z.string().min(10, 'must have 10 characters or more').max(200);
const account = z.object({
  name: z.string(),
  role,
  agent: z.string().nullable(),
  enabled: z.boolean(),
  digest: z.boolean(),
});
const named = z.strictObject({ name });

export const accountRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'listAccounts',
    method: 'GET',
    path: '/accounts',
    summary: 'Who has an account',
    allows: [],
    answer: z.object({ accounts: z.array(account) }),
    async run({ services: { database } }) {
      const rows = await database.selectFrom('accounts').selectAll().orderBy('name').execute();
      return {
        accounts: rows.map(({ name, role, agent, enabled, ha1 }) => ({
          name,
          role,
          agent,
          enabled,
          digest: ha1 !== null,
        })),
      };
    },
  }),
  apiRoute({
    id: 'createAccount',
    method: 'POST',
    path: '/accounts',
    allows: [],
    status: 201,
    summary: 'Make an account; without a password one is made at random, and told once',
    body: z.strictObject({ name, role, password: password.optional(), agent: z.string().min(1).optional() }),
    answer: z.object({ name: z.string(), password: z.string().optional() }),
    async run({ services, body: { name, role, password: chosen, agent }, request }) {
      const { database, accounts, audit } = services;
      const { numInsertedOrUpdatedRows = 0n } = await database
        .insertInto('accounts')
        .values({ name, role, agent: agent ?? null })
        .onConflict((at) => at.column('name').doNothing())
        .executeTakeFirst();
      if (numInsertedOrUpdatedRows === 0n) return new Refused(409, `there is an account ${name} already`);
      const made = chosen ?? newSecret();
      await accounts.setPassword(name, made, chosen !== undefined && role !== 'agent');
      await audit.tell(whoOf(request), { action: 'create', kind: 'account', object: name, change: { role, agent } });
      return { name, ...(chosen === undefined ? { password: made } : {}) };
    },
  }),
  apiRoute({
    id: 'changeAccount',
    method: 'PATCH',
    path: '/accounts/{name}',
    summary: 'Change an account',
    allows: [],
    params: named,
    body: z.strictObject({ role, password, agent: z.string().min(1).nullable(), enabled: z.boolean() }).partial(),
    async run({ services, params: { name }, body: { password: chosen, ...rest }, request }) {
      const { database, accounts, audit, config } = services;
      const row = await database.selectFrom('accounts').selectAll().where('name', '=', name).executeTakeFirst();
      if (!row) return new Refused(404, `there is no account ${name}`);
      const after = { ...row, ...rest };
      if (row.role === 'admin' && (after.role !== 'admin' || !after.enabled) && (await isLastAdmin(services, name))) {
        return new Refused(409, 'this is the last admin: make another first');
      }
      if (Object.keys(rest).length > 0)
        await database.updateTable('accounts').set(rest).where('name', '=', name).execute();
      if (chosen !== undefined) await accounts.setPassword(name, chosen, after.role !== 'agent');
      if (chosen !== undefined) await forgetFirstPassword(config.data, name);
      accounts.forget();
      await audit.tell(whoOf(request), {
        action: 'update',
        kind: 'account',
        object: name,
        change: { ...rest, password: chosen ? 'changed' : undefined },
      });
      return undefined;
    },
  }),
  apiRoute({
    id: 'deleteAccount',
    method: 'DELETE',
    path: '/accounts/{name}',
    summary: 'Remove an account',
    allows: [],
    params: named,
    async run({ services, params: { name }, request }) {
      const { database, accounts, audit } = services;
      const row = await database.selectFrom('accounts').selectAll().where('name', '=', name).executeTakeFirst();
      if (!row) return new Refused(404, `there is no account ${name}`);
      if (row.role === 'admin' && (await isLastAdmin(services, name)))
        return new Refused(409, 'this is the last admin: make another first');
      await database.deleteFrom('accounts').where('name', '=', name).execute();
      accounts.forget();
      await audit.tell(whoOf(request), { action: 'delete', kind: 'account', object: name });
      return undefined;
    },
  }),
];

async function isLastAdmin({ database }: Parameters<AnyRoute['run']>[0]['services'], name: string): Promise<boolean> {
  const others = await database
    .selectFrom('accounts')
    .select('id')
    .where('role', '=', 'admin')
    .where('enabled', '=', true)
    .where('name', '!=', name)
    .execute();
  return others.length === 0;
}

const EVERYBODY = ['scheduler', 'agent', 'viewer'] as const;
const me = z.object({ name: z.string(), role });

export const sessionRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'signIn',
    method: 'POST',
    path: '/session',
    summary: 'Sign in: sets a cookie',
    allows: 'anyone',
    body: z.strictObject({ name: z.string().max(200), password: z.string().max(1000) }),
    answer: me,
    async run({ services: { accounts }, body, request, reply }) {
      const found = await accounts.signIn(body.name, body.password, request.ip);
      if (found.kind === 'busy') return new Refused(429, 'too many wrong passwords: wait a little');
      if (found.kind !== 'known') return new Refused(401, 'wrong user or password');
      const { secret, expiresAtMs } = await accounts.openSession(found.who);
      void reply.setCookie(SESSION_COOKIE, secret, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        expires: new Date(expiresAtMs),
      });
      return { name: found.who.name, role: found.who.role };
    },
  }),
  apiRoute({
    id: 'whoAmI',
    method: 'GET',
    path: '/session',
    summary: 'Who is signed in?',
    allows: EVERYBODY,
    answer: me,
    run: async ({ request }) => ({ name: whoOf(request).name, role: whoOf(request).role }),
  }),
  apiRoute({
    id: 'signOut',
    method: 'DELETE',
    path: '/session',
    summary: 'Sign out',
    allows: EVERYBODY,
    async run({ services: { accounts }, request, reply }) {
      await accounts.closeSession(request.cookies[SESSION_COOKIE] ?? '');
      void reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return undefined;
    },
  }),
  apiRoute({
    id: 'createToken',
    method: 'POST',
    path: '/tokens',
    allows: EVERYBODY,
    status: 201,
    summary: 'A token for a program that acts for this account; told once',
    body: z.strictObject({ name: z.string().min(1).max(100), days: z.int().min(1).max(3650).optional() }),
    answer: z.object({ id: z.number(), token: z.string() }),
    async run({ services: { database, audit, clock }, body: { name, days }, request }) {
      const token = newSecret();
      const { id } = await database
        .insertInto('api_tokens')
        .values({
          account: whoOf(request).account,
          name,
          hash: sha256(token),
          expires_at: days === undefined ? null : new Date(clock.nowMs() + days * 86_400_000),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await audit.tell(whoOf(request), { action: 'create', kind: 'token', object: name });
      return { id, token };
    },
  }),
  apiRoute({
    id: 'listTokens',
    method: 'GET',
    path: '/tokens',
    summary: 'The tokens of this account',
    allows: EVERYBODY,
    answer: z.object({
      tokens: z.array(
        z.object({ id: z.number(), name: z.string(), createdAt: z.string(), expiresAt: z.string().nullable() }),
      ),
    }),
    async run({ services: { database }, request }) {
      const rows = await database
        .selectFrom('api_tokens')
        .selectAll()
        .where('account', '=', whoOf(request).account)
        .orderBy('id')
        .execute();
      return {
        tokens: rows.map(({ id, name, created_at, expires_at }) => ({
          id,
          name,
          createdAt: created_at.toISOString(),
          expiresAt: expires_at?.toISOString() ?? null,
        })),
      };
    },
  }),
  apiRoute({
    id: 'deleteToken',
    method: 'DELETE',
    path: '/tokens/{id}',
    summary: 'Take a token back',
    allows: EVERYBODY,
    params: z.strictObject({ id: z.coerce.number().int() }),
    async run({ services: { database, accounts, audit }, params: { id }, request }) {
      const { numDeletedRows } = await database
        .deleteFrom('api_tokens')
        .where('id', '=', id)
        .where('account', '=', whoOf(request).account)
        .executeTakeFirst();
      if (numDeletedRows === 0n) return new Refused(404, `there is no token ${id} of this account`);
      accounts.forget();
      await audit.tell(whoOf(request), { action: 'delete', kind: 'token', object: String(id) });
      return undefined;
    },
  }),
];

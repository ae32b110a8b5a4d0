import { z } from 'zod';
import { forgetFirstPassword } from '../../identity/first-accounts.ts';
import {
  changeAccount,
  createAccount,
  deleteAccount,
  listAccounts,
  type Changed,
} from '../../identity/manage-accounts.ts';
import { ROLES } from '../../identity/permissions.ts';
import { createToken, deleteToken, listTokens } from '../../identity/tokens.ts';
import { SESSION_COOKIE } from '../session-cookie.ts';
import { whoOf } from '../http-access.ts';
import { apiRoute, refused, type AnyRoute } from './route.ts';

const DAY_MS = 86_400_000;

const role = z.enum(ROLES);
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
    access: [],
    answer: z.object({ accounts: z.array(account) }),
    run: async ({ services: { database } }) => ({
      accounts: (await listAccounts(database)).map(({ name, role, agent, enabled, ha1 }) => ({
        name,
        role,
        agent,
        enabled,
        digest: ha1 !== null,
      })),
    }),
  }),
  apiRoute({
    id: 'createAccount',
    method: 'POST',
    path: '/accounts',
    access: [],
    status: 201,
    summary: 'Make an account; without a password one is made at random, and told once',
    body: z.strictObject({ name, role, password: password.optional(), agent: z.string().min(1).optional() }),
    answer: z.object({ name: z.string(), password: z.string().optional() }),
    async run({ services, body, request }) {
      const made = await createAccount(services, whoOf(request), body);
      if (made === undefined) return refused(409, `there is an account ${body.name} already`);
      return { name: body.name, ...(body.password === undefined ? { password: made } : {}) };
    },
  }),
  apiRoute({
    id: 'changeAccount',
    method: 'PATCH',
    path: '/accounts/{name}',
    summary: 'Change an account',
    access: [],
    params: named,
    body: z.strictObject({ role, password, agent: z.string().min(1).nullable(), enabled: z.boolean() }).partial(),
    async run({ services, params: { name }, body, request }) {
      const changed = await changeAccount(services, whoOf(request), name, body);
      if (changed === 'done' && body.password !== undefined) await forgetFirstPassword(services.config.data, name);
      return refusalOf(changed, name);
    },
  }),
  apiRoute({
    id: 'deleteAccount',
    method: 'DELETE',
    path: '/accounts/{name}',
    summary: 'Remove an account',
    access: [],
    params: named,
    run: async ({ services, params: { name }, request }) =>
      refusalOf(await deleteAccount(services, whoOf(request), name), name),
  }),
];

function refusalOf(changed: Changed, name: string): ReturnType<typeof refused> | undefined {
  if (changed === 'missing') return refused(404, `there is no account ${name}`);
  return changed === 'last admin' ? refused(409, 'this is the last admin: make another first') : undefined;
}

const EVERYBODY = ['scheduler', 'agent', 'viewer'] as const;
const me = z.object({ name: z.string(), role });

export const sessionRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'signIn',
    method: 'POST',
    path: '/session',
    summary: 'Sign in: sets a cookie',
    access: 'anyone',
    body: z.strictObject({ name: z.string().max(200), password: z.string().max(1000) }),
    answer: me,
    async run({ services: { accounts }, body, request, reply }) {
      const found = await accounts.signIn(body.name, body.password, request.ip);
      if (found.kind === 'busy') return refused(429, 'too many wrong passwords: wait a little');
      if (found.kind !== 'known') return refused(401, 'wrong user or password');
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
    access: EVERYBODY,
    answer: me,
    run: async ({ request }) => ({ name: whoOf(request).name, role: whoOf(request).role }),
  }),
  apiRoute({
    id: 'signOut',
    method: 'DELETE',
    path: '/session',
    summary: 'Sign out',
    access: EVERYBODY,
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
    access: EVERYBODY,
    status: 201,
    summary: 'A token for a program that acts for this account; told once',
    body: z.strictObject({ name: z.string().min(1).max(100), days: z.int().min(1).max(3650).optional() }),
    answer: z.object({ id: z.number(), token: z.string() }),
    run: ({ services: { database, clock }, body: { name, days }, request }) =>
      createToken(database, whoOf(request), {
        name,
        expiresAtMs: days === undefined ? undefined : clock.nowMs() + days * DAY_MS,
      }),
  }),
  apiRoute({
    id: 'listTokens',
    method: 'GET',
    path: '/tokens',
    summary: 'The tokens of this account',
    access: EVERYBODY,
    answer: z.object({
      tokens: z.array(
        z.object({ id: z.number(), name: z.string(), createdAt: z.string(), expiresAt: z.string().nullable() }),
      ),
    }),
    run: async ({ services: { database }, request }) => ({
      tokens: (await listTokens(database, whoOf(request))).map(({ id, name, created_at, expires_at }) => ({
        id,
        name,
        createdAt: created_at.toISOString(),
        expiresAt: expires_at?.toISOString() ?? null,
      })),
    }),
  }),
  apiRoute({
    id: 'deleteToken',
    method: 'DELETE',
    path: '/tokens/{id}',
    summary: 'Take a token back',
    access: EVERYBODY,
    params: z.strictObject({ id: z.coerce.number().int() }),
    async run({ services, params: { id }, request }) {
      const isGone = await deleteToken(services, whoOf(request), id);
      return isGone ? undefined : refused(404, `there is no token ${id} of this account`);
    },
  }),
];

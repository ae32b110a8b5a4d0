import { z } from 'zod';
import { isRefused, refused } from '#lib/http-api/refusal.ts';
import { refuse } from '#agent/device/outcome.ts';
import { refusedByBox } from '../http/refusal.ts';
import { jsonRoute, mediaRoute, type Box, type Route } from '../http/route.ts';
import { beginSession } from '../access/signing.ts';

const tag = 'session';
const name = z.enum(['admin', 'user']);
const accounts = z.object({
  accounts: z.array(z.object({ name, hasPassword: z.boolean() })),
  first: z.boolean().describe('The random password of the first start still counts: an installer is to set another'),
});
const view = ({ accounts }: Box) => ({
  accounts: (['admin', 'user'] as const).map((one) => ({ name: one, hasPassword: accounts.has(one) })),
  first: accounts.firstPassword() !== undefined,
});

/**
 * The fewest characters of a password that is set by page or API; Telnet and files take shorter ones, as the device
 * does.
 */
const LEAST = 8;
const TOO_SHORT = 'a password has 8 to 128 characters that can be printed, without space and |';
const WHY = {
  E13: 'a password has 1 to 128 characters that can be printed, without space and |',
  E14: 'a user password needs one of admin, and admin needs one unless the configuration allows none',
};

/** Routes for the two accounts, which Telnet, SSH, SFTP, FTP, SWIS and the pages use too. */
export const accountRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getAccounts',
    method: 'GET',
    path: '/accounts',
    access: 'admin',
    tag,
    summary: 'The accounts, and whether they have a password',
    answer: accounts,
    answerExample: {
      accounts: [
        { name: 'admin', hasPassword: true },
        { name: 'user', hasPassword: false },
      ],
      first: false,
    },
    run: ({ box }) => view(box),
  }),
  mediaRoute({
    id: 'setPassword',
    method: 'PUT',
    path: '/accounts/{name}/password',
    access: 'admin',
    tag,
    summary: 'Set the password of an account, or clear it (null)',
    description:
      'Ends all sessions that were signed in; a browser that asks this by its session has a new one at once.',
    params: z.strictObject({ name }),
    body: z.strictObject({
      password: z.string().max(1024).nullable(),
      present: z
        .string()
        .max(1024)
        .optional()
        .describe('Own password of who asks by a session; not at the first start'),
    }),
    bodyExample: { password: 'a password of your own', present: 'the one before' },
    refusals: [409, 422],
    answers: { 204: { text: 'It counts from now on' } },
    async serve({ box, params, body, asker }, request, reply) {
      if (body.password !== null && body.password.length < LEAST) return refusedByBox(refuse('E13', TOO_SHORT));
      // A browser that was left signed in must not be enough to take over the box, so the present password is asked
      // for. The password of the first start was typed just now.
      const isKnown = box.accounts.firstPassword() === undefined && box.accounts.has('admin');
      if (body.password !== null && asker?.by === 'session' && isKnown) {
        const known = await box.entrance.byPassword(asker.role, body.present ?? '', request.ip);
        if (isRefused(known)) return refused(422, 'password', 'the present password is another one');
      }
      const code = await box.accounts.set(params.name, body.password);
      if (code) return refusedByBox(refuse(code, WHY[code]));
      box.log.info({ account: params.name, by: asker?.name, address: request.ip }, 'password set');
      if (asker?.by === 'session') beginSession(box, asker.role, request, reply);
      await reply.code(204).send();
      return undefined;
    },
  }),
];

import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { z } from 'zod';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { opencastRolesOf, userRoleOf } from './permissions.ts';

/**
 * Person for whom another program speaks by a signed token (RFC 7519): the name there, and the roles that access lists
 * may name.
 */
export interface Bearer {
  name: string;
  roles: readonly string[];
}

/** Reader of tokens that a learning platform signs; there is one where the installer configured its keys. */
export interface WebTokens {
  /**
   * Reads a token. Undefined: it is not signed by one of the keys, is not for this server, has expired, or cannot be
   * understood. A token in an address (`?jwt=`) is also refused if it is valid for longer than an address may be, since
   * others get to see addresses.
   */
  read(text: string, from: 'header' | 'address'): Promise<Bearer | undefined>;
}

/** Settings of signed tokens, see `configSchema`. */
export interface WebTokenSettings {
  /** File with the public keys: a JSON Web Key Set (RFC 7517). */
  jwtKeys?: string | undefined;
  /** `iss` that a token must have. */
  jwtIssuer?: string | undefined;
  /** `aud` that a token must have. */
  jwtAudience?: string | undefined;
}

/**
 * Signature algorithms that are accepted: only those with public keys. Others use a shared secret, which could be
 * guessed.
 */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/**
 * Difference between the clocks of two machines that is tolerated, in seconds; beyond it a token counts as expired or
 * not yet valid.
 */
const TOLERANCE_S = 30;
/**
 * Longest time for which a token in an address may be valid, in seconds: addresses stay in histories and are passed on.
 * A longer one is refused.
 */
const ADDRESS_LASTS_S = 3600;
/** Characters of a name or a role, and roles of a token; a token with more is refused. */
const MOST_CHARACTERS = 255;
const MOST_ROLES = 500;

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });
const claims = z.looseObject({
  sub: z.string().min(1).max(MOST_CHARACTERS),
  roles: z.array(z.string().min(1).max(MOST_CHARACTERS)).max(MOST_ROLES).default([]),
});

/** Whether a text looks like a signed token: three parts with dots between them, which none of our own tokens has. */
export const isWebToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

/**
 * Reads the keys; undefined: none are configured. Throws, with a message for the installer, if the file has no usable
 * keys.
 */
export async function openWebTokens(
  { jwtKeys, jwtIssuer, jwtAudience }: WebTokenSettings,
  clock: Clock,
): Promise<WebTokens | undefined> {
  if (jwtKeys === undefined) return undefined;
  const keys = createLocalJWKSet(await keysIn(jwtKeys));
  return {
    async read(text, from) {
      try {
        const { payload } = await jwtVerify(text, keys, {
          algorithms: ALGORITHMS,
          requiredClaims: ['sub', 'exp'],
          clockTolerance: TOLERANCE_S,
          currentDate: new Date(clock.nowMs()),
          ...(jwtIssuer === undefined ? {} : { issuer: jwtIssuer }),
          ...(jwtAudience === undefined ? {} : { audience: jwtAudience }),
        });
        const lastsS = (payload.exp ?? 0) - clock.nowMs() / 1000;
        if (from === 'address' && lastsS > ADDRESS_LASTS_S + TOLERANCE_S) return undefined;
        return bearerIn(payload);
      } catch {
        return undefined;
      }
    },
  };
}

function bearerIn(payload: JWTPayload): Bearer | undefined {
  const read = claims.safeParse(payload);
  if (!read.success || troubleIn('the token', read.data) !== undefined) return undefined;
  const { sub: name, roles } = read.data;
  // The roles get that of the person's name and those that everybody has, as for an account; those of our kinds of
  // accounts (viewer, scheduler…) are not added.
  return { name, roles: [...roles, userRoleOf({ name }), 'ROLE_USER', ...opencastRolesOf(undefined)] };
}

async function keysIn(path: string): Promise<JSONWebKeySet> {
  const wrong = (why: string): Error =>
    new Error(`the keys of --jwt-keys cannot be used: ${path} ${why}; it must be a JSON Web Key Set: {"keys":[…]}`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw wrong(error.code === 'ENOENT' ? 'is not there' : `cannot be read (${error.code ?? 'unknown'})`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('is no JSON');
  }
  const read = keySet.safeParse(value);
  if (!read.success) throw wrong('has no keys');
  if (read.data.keys.some(({ kty, d }) => kty === 'oct' || d !== undefined))
    throw wrong('has secret keys, and needs public ones');
  return read.data;
}

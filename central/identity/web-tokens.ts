import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { z } from 'zod';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { opencastRolesOf, userRoleOf } from './permissions.ts';

/** For whom another program speaks by a signed token (RFC 7519): his name there, and the roles whose access lists count. */
export interface Bearer {
  name: string;
  roles: readonly string[];
}

/** Tokens that a learning platform signs, where the installer named its keys. */
export interface WebTokens {
  /**
   * Undefined: it is not signed by one of the keys, not for us, over, or says nothing that can be understood; or it came in an address,
   * which others come to see, and is good for longer than an address may be.
   */
  read(text: string, from: 'header' | 'address'): Promise<Bearer | undefined>;
}

export interface WebTokenSettings {
  /** File with the public keys: a JSON Web Key Set (RFC 7517). */
  jwtKeys?: string | undefined;
  /** `iss` that a token must have. */
  jwtIssuer?: string | undefined;
  /** `aud` that a token must have. */
  jwtAudience?: string | undefined;
}

/** Signatures of public keys alone: no secret of ours could be guessed, and no text is a key. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/** Clocks of two machines may differ by so much, seconds. */
const TOLERANCE_S = 30;
/** A token in an address may be good for so long, seconds: addresses stay in histories and are passed on. */
const ADDRESS_LASTS_S = 3600;
/** Characters of a name or a role, and roles of a token; a token with more is refused. */
const MOST_CHARACTERS = 255;
const MOST_ROLES = 500;

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });
const claims = z.looseObject({
  sub: z.string().min(1).max(MOST_CHARACTERS),
  roles: z.array(z.string().min(1).max(MOST_CHARACTERS)).max(MOST_ROLES).default([]),
});

/** Whether a text looks like such a token: three parts, which none of our own tokens has. */
export const isWebToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

/** Reads the keys; undefined: none are configured. Throws, in words for an installer, for a file that has none. */
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
  // Everybody's, and that of his name, as an account has them; those of our own kinds of accounts are not for tokens.
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

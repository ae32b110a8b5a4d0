import { randomBytes } from 'node:crypto';
import { answerChallenge, parseChallenges, type Challenge, type Credentials } from './digest.ts';

/** An answer of a server, with its headers as they arrived. */
export interface Answered {
  headers: readonly (readonly [name: string, value: string])[];
}

/** The login of a client at one server: it remembers the challenge, and answers it for each request. */
export interface Login {
  /** The value of `Authorization`; undefined before a challenge, or without credentials. */
  answer(method: string, uri: string, body?: Uint8Array): string | undefined;
  /**
   * Takes the challenges of a 401; false if none of them can be answered, or if the last answer was refused. A server
   * that replaces a nonce which was good before did so because of its age, also if the server does not say it, as many
   * cameras do not.
   */
  challenged(reply: Answered): boolean;
}

/** Opens a login. Basic, which sends the password as it is, is answered only if `mayShow` is set. */
export function openLogin(credentials: Credentials | undefined, mayShow: boolean): Login {
  let challenge: Challenge | undefined;
  let count = 0;
  return {
    answer(method, uri, body = new Uint8Array()) {
      if (!challenge || !credentials) return undefined;
      const nc = (++count).toString(16).padStart(8, '0');
      return answerChallenge(challenge, credentials, { method, uri, body, nc, cnonce: randomBytes(8).toString('hex') });
    },
    challenged({ headers }) {
      const offered = headers
        .filter(([name]) => name.toLowerCase() === 'www-authenticate')
        .flatMap(([, value]) => parseChallenges(value));
      const best = offered.find(({ scheme }) => scheme === 'digest') ?? offered.find(() => mayShow);
      const isRenewed = count > 1 && best?.scheme === 'digest' && best.nonce !== challenge?.nonce;
      const refused = challenge !== undefined && best?.stale !== true && !isRenewed;
      challenge = best;
      count = 0;
      return credentials !== undefined && best !== undefined && !refused;
    },
  };
}

import { randomBytes } from 'node:crypto';
import { answerChallenge, parseChallenge, type Challenge, type Credentials } from './digest.ts';

/** An answer of a server, with its headers as they came. */
export interface Answered {
  headers: readonly (readonly [name: string, value: string])[];
}

/** The login of a client at one server: it remembers the challenge, and answers it for each request. */
export interface Login {
  /** The value of `Authorization`; undefined before a challenge, or without credentials. */
  answer(method: string, uri: string): string | undefined;
  /** Takes the challenges of a 401; false if none of them can be answered, or the last answer was refused. */
  challenged(reply: Answered): boolean;
}

/** Opens a login. Basic, which shows the password, is answered only where `mayShow`. */
export function openLogin(credentials: Credentials | undefined, mayShow: boolean): Login {
  let challenge: Challenge | undefined;
  let count = 0;
  return {
    answer(method, uri) {
      if (!challenge || !credentials) return undefined;
      const nc = (++count).toString(16).padStart(8, '0');
      return answerChallenge(challenge, credentials, { method, uri, nc, cnonce: randomBytes(8).toString('hex') });
    },
    challenged({ headers }) {
      const offered = headers
        .filter(([name]) => name.toLowerCase() === 'www-authenticate')
        .flatMap(([, value]) => parseChallenge(value) ?? []);
      const best = offered.find(({ scheme }) => scheme === 'digest') ?? offered.find(() => mayShow);
      const refused = challenge !== undefined && best?.stale !== true;
      challenge = best;
      count = 0;
      return credentials !== undefined && best !== undefined && !refused;
    },
  };
}

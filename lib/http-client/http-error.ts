import { unreachableWords } from '#lib/runtime/troubles/unreachable.ts';

/** Kind of a failed request. `bad answer`: the other side does not speak HTTP correctly. */
export type HttpErrorKind =
  | 'unreachable'
  | 'untrusted'
  | 'too late'
  | 'too large'
  | 'cancelled'
  | 'elsewhere'
  | 'bad answer';

/** Thrown for a request that got no answer. Its message is a sentence for people, without any secret of the request. */
export class HttpError extends Error {
  readonly kind: HttpErrorKind;
  /** Code of the system or the library, such as `ECONNREFUSED`; undefined if there is none. */
  readonly code: string | undefined;

  constructor(kind: HttpErrorKind, message: string, code?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

/** The reason why a certificate is not trusted, in words, by the code that Node gives to the failed check. */
const DISTRUST: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'it signed itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its authority is not one that this machine knows'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its authority is not one that this machine knows'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'its authority is not one that this machine knows'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its authority is not one that this machine knows'],
  ['CERT_HAS_EXPIRED', 'it has expired'],
  ['CERT_NOT_YET_VALID', 'it is not valid yet: are the clocks right?'],
  ['CERT_REVOKED', 'it was taken back'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'it is that of another host'],
]);

const MAY_BE_KNOWN = /AUTHORITY|SELF_SIGNED|ISSUER|LEAF/;

/** An error of the HTTP library as an HttpError; `place` is the server, such as `https://central.example.org`. */
export function httpErrorOf(place: string, error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const { code, message = '' } = error as { code?: string; message?: string };
  const distrust = DISTRUST.get(code ?? '');
  if (distrust !== undefined) {
    const hint = MAY_BE_KNOWN.test(code ?? '') ? ' (NODE_EXTRA_CA_CERTS=FILE makes an authority known)' : '';
    return new HttpError('untrusted', `${place}: its certificate is not trusted: ${distrust}${hint}`, code);
  }
  const unreachable = unreachableWords(code);
  if (unreachable !== undefined) return new HttpError('unreachable', `${place}: ${unreachable}`, code);
  if (/maxContentLength/.test(message))
    return new HttpError('too large', `${place}: its answer is larger than what is read of one`, code);
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL_'))
    return new HttpError('bad answer', `${place}: no HTTPS is spoken there: is it http://?`, code);
  if (code?.startsWith('HPE_')) return new HttpError('bad answer', `${place}: no HTTP is spoken there`, code);
  return new HttpError('unreachable', `${place}: ${message || 'the request failed'}`, code);
}

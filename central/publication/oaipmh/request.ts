import { z } from 'zod';
import { METADATA_FORMATS } from './formats.ts';

/** Requests of OAI-PMH 2.0, as the protocol has them (openarchives.org/OAI/openarchivesprotocol.html). */

/** Name of an error of the protocol. */
export type OaiErrorCode =
  | 'badVerb'
  | 'badArgument'
  | 'badResumptionToken'
  | 'cannotDisseminateFormat'
  | 'idDoesNotExist'
  | 'noRecordsMatch'
  | 'noMetadataFormats'
  | 'noSetHierarchy';

/** An error of the protocol: it is the answer, in XML. */
export class OaiError extends Error {
  readonly code: OaiErrorCode;
  constructor(code: OaiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Place at which the next part of a list begins. */
export interface Cursor {
  /** Time of the last record that was given, in microseconds, and its id; for sets the id of the last one. */
  stampUs: number;
  id: string;
  /** Number of entries that were given before. */
  given: number;
}

/** What a list holds. */
export interface OaiListing {
  prefix: string;
  fromMs?: number | undefined;
  untilMs?: number | undefined;
  set?: string | undefined;
  cursor?: Cursor | undefined;
}

/** A request that was understood. */
export type OaiRequest =
  | { verb: 'Identify' }
  | { verb: 'ListMetadataFormats'; identifier?: string | undefined }
  | { verb: 'ListSets'; cursor?: Cursor | undefined }
  | { verb: 'GetRecord'; identifier: string; prefix: string }
  | ({ verb: 'ListIdentifiers' | 'ListRecords' } & OaiListing);

interface Arguments {
  required: readonly string[];
  optional: readonly string[];
}

const LISTS: Arguments = { required: ['metadataPrefix'], optional: ['from', 'until', 'set'] };
const VERBS: ReadonlyMap<string, Arguments> = new Map([
  ['Identify', { required: [], optional: [] }],
  ['ListMetadataFormats', { required: [], optional: ['identifier'] }],
  ['ListSets', { required: [], optional: [] }],
  ['GetRecord', { required: ['identifier', 'metadataPrefix'], optional: [] }],
  ['ListIdentifiers', LISTS],
  ['ListRecords', LISTS],
]);
const WITH_TOKENS: ReadonlySet<string> = new Set(['ListSets', 'ListIdentifiers', 'ListRecords']);

/** Reads the arguments of a request. Throws `OaiError` for what the protocol does not allow. */
export function oaiRequestOf(pairs: readonly (readonly [name: string, value: string])[]): OaiRequest {
  const given = new Map(pairs);
  const verb = given.get('verb') ?? '';
  const known = VERBS.get(verb);
  if (!known || pairs.filter(([name]) => name === 'verb').length > 1)
    throw new OaiError('badVerb', `the verb is one of ${[...VERBS.keys()].join(', ')}, once`);
  const twice = pairs.find(([name], n) => pairs.findIndex(([other]) => other === name) < n);
  if (twice) throw new OaiError('badArgument', `the argument ${shown(twice[0])} is there twice`);
  const token = given.get('resumptionToken');
  if (token !== undefined && WITH_TOKENS.has(verb)) {
    if (given.size > 2) throw new OaiError('badArgument', 'a resumptionToken stands alone beside the verb');
    return resumed(verb, token);
  }
  checkArguments(verb, known, given);
  return requestOf(verb, given);
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

function checkArguments(verb: string, { required, optional }: Arguments, given: ReadonlyMap<string, string>): void {
  const strange = [...given.keys()].find((name) => ![...required, ...optional, 'verb'].includes(name));
  if (strange !== undefined) throw new OaiError('badArgument', `${verb} has no argument ${shown(strange)}`);
  const missing = required.find((name) => !given.get(name));
  if (missing !== undefined) throw new OaiError('badArgument', `${verb} needs the argument ${missing}`);
}

function requestOf(verb: string, given: ReadonlyMap<string, string>): OaiRequest {
  const identifier = given.get('identifier');
  switch (verb) {
    case 'ListMetadataFormats':
      return { verb, identifier };
    case 'GetRecord':
      return { verb, identifier: identifier ?? '', prefix: prefixIn(given) };
    case 'ListIdentifiers':
    case 'ListRecords':
      return { verb, prefix: prefixIn(given), set: given.get('set'), ...datesIn(given) };
    default:
      return { verb: verb as 'Identify' | 'ListSets' };
  }
}

function prefixIn(given: ReadonlyMap<string, string>): string {
  const prefix = given.get('metadataPrefix') ?? '';
  if (METADATA_FORMATS.some((format) => format.prefix === prefix)) return prefix;
  throw new OaiError(
    'cannotDisseminateFormat',
    `there is no format ${shown(prefix)}: ${METADATA_FORMATS.map((format) => format.prefix).join(', ')} are`,
  );
}

const DAY_MS = 86_400_000;

function datesIn(given: ReadonlyMap<string, string>): Pick<OaiListing, 'fromMs' | 'untilMs'> {
  const [from, until] = [given.get('from'), given.get('until')];
  const [fromMs, untilMs] = [momentIn('from', from), momentIn('until', until)];
  if (from !== undefined && until !== undefined) {
    if (from.length !== until.length)
      throw new OaiError('badArgument', 'from and until have the same form: both days, or both moments');
    if ((fromMs ?? 0) > (untilMs ?? 0)) throw new OaiError('badArgument', 'from is later than until');
  }
  // A day is meant as a whole, and a moment is the whole second.
  const lengthMs = until?.length === 10 ? DAY_MS : 1000;
  return { fromMs, untilMs: untilMs === undefined ? undefined : untilMs + lengthMs - 1 };
}

function momentIn(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/.test(text);
  const ms = isMoment ? Date.parse(text) : Number.NaN;
  if (isMoment && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10))) return ms;
  throw new OaiError('badArgument', `${name} is ${shown(text)}: 2026-11-30 or 2026-11-30T09:00:00Z would be a date`);
}

const cursor = z.strictObject({ stampUs: z.int(), id: z.string().max(500), given: z.int().min(0) });
const tokenSchema = z.strictObject({
  verb: z.string(),
  prefix: z.string().optional(),
  fromMs: z.int().optional(),
  untilMs: z.int().optional(),
  set: z.string().max(1000).optional(),
  cursor,
});

/** Token by which the next part of a list is asked for. It holds the whole request, and never expires. */
export const tokenOf = (request: OaiRequest, next: Cursor): string =>
  Buffer.from(JSON.stringify({ ...request, cursor: next })).toString('base64url');

function resumed(verb: string, token: string): OaiRequest {
  const read = tokenSchema.safeParse(jsonIn(token));
  const prefix = read.data?.prefix;
  const isList = verb !== 'ListSets';
  const isKnown = !isList || METADATA_FORMATS.some((format) => format.prefix === prefix);
  if (!read.success || read.data.verb !== verb || !isKnown)
    throw new OaiError('badResumptionToken', 'this resumptionToken was not given for this list');
  return read.data as OaiRequest;
}

/** Letters of a token; a longer one is none of ours. */
const LONGEST_TOKEN = 4000;

function jsonIn(token: string): unknown {
  if (token.length > LONGEST_TOKEN) return undefined;
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    return undefined;
  }
}

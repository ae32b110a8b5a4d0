/** Instants in Opencast's formats. In the program all are milliseconds since 1970, UTC. */

/** An instant as `2026-11-20T09:00:00Z`. */
export const w3cOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

const W3C = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Reads `2026-11-20T09:00Z` and its longer and shorter forms; without a zone it is UTC. Undefined for other text. */
export function msOfW3c(text: string): number | undefined {
  const trimmed = text.trim();
  const match = W3C.exec(trimmed);
  if (!match) return undefined;
  const zoned = match[1] !== undefined || !/T/i.test(trimmed) ? trimmed : `${trimmed}Z`;
  const ms = Date.parse(zoned.toUpperCase().replace(',', '.'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** A beginning and an end, in milliseconds since 1970. */
export interface Period {
  startsAtMs: number;
  endsAtMs: number;
}

/** The value of `dcterms:temporal` (a DCMI Period). */
export const formatPeriod = ({ startsAtMs, endsAtMs }: Period): string =>
  `start=${w3cOf(startsAtMs)}; end=${w3cOf(endsAtMs)}; scheme=W3C-DTF;`;

/** Reads `start=…; end=…; scheme=W3C-DTF;`; the scheme may be missing. Undefined unless both ends are there. */
export function parsePeriod(text: string): Period | undefined {
  const parts = new Map(
    text.split(';').map((part): [string, string] => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
    }),
  );
  const [startsAtMs, endsAtMs] = [msOfW3c(parts.get('start') ?? ''), msOfW3c(parts.get('end') ?? '')];
  return startsAtMs === undefined || endsAtMs === undefined ? undefined : { startsAtMs, endsAtMs };
}

/** A length as `PT1H30M0.000S`, for `dcterms:extent`. */
export function formatExtent(durationMs: number): string {
  const seconds = durationMs / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `PT${hours ? `${hours}H` : ''}${hours || minutes ? `${minutes}M` : ''}${(seconds % 60).toFixed(3)}S`;
}

/** Reads an ISO 8601 duration of days, hours, minutes and seconds; gives milliseconds, or undefined for other text. */
export function parseExtent(text: string): number | undefined {
  const match = /^PT?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?$/i.exec(text.trim());
  if (!match || match.slice(1).every((part) => part === undefined)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number((part ?? '0').replace(',', '.')));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

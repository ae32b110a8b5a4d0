import { at, listOf } from './xml/jettison.ts';

/**
 * Service discovery: which host has which service (`GET /services/available.json?serviceType=…`; facts/opencast 1.3).
 */

/** Service types by the names used here. */
export const SERVICE_TYPES = {
  captureAdmin: 'org.opencastproject.capture.admin',
  scheduler: 'org.opencastproject.scheduler',
  ingest: 'org.opencastproject.ingest',
} as const;
/** Name of a service. */
export type ServiceName = keyof typeof SERVICE_TYPES;

/** Paths of the services on a server with a single address. */
export const SERVICE_PATHS: Readonly<Record<ServiceName, string>> = {
  captureAdmin: '/capture-admin',
  scheduler: '/recordings',
  ingest: '/ingest',
};

/**
 * Base URLs of the usable services of a type in an answer, the least loaded first, without a slash at their ends.
 * Services of other types, which some servers name too, are left out.
 */
export function usableServices(answer: unknown, type: string): string[] {
  return listOf(at(answer, 'services', 'service'))
    .filter((one) => one['type'] === undefined || one['type'] === type)
    .filter(
      ({ online, active, maintenance }) => isTrue(online, true) && isTrue(active, true) && !isTrue(maintenance, false),
    )
    .flatMap(({ host, path }) => (typeof host === 'string' ? joined(host, typeof path === 'string' ? path : '') : []));
}

/**
 * Host and path as one address, so that nothing in the path can become part of the host; none if the host is no HTTP
 * address.
 */
function joined(host: string, path: string): string[] {
  if (!/^https?:\/\//i.test(host) || !URL.canParse(host)) return [];
  const url = `${host.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`.replace(/\/+$/, '');
  return URL.canParse(url) && new URL(url).host === new URL(host).host ? [url] : [];
}

const isTrue = (value: unknown, otherwise: boolean): boolean =>
  value === undefined ? otherwise : value === true || value === 'true';

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

/** Base URLs of the usable services in an answer, the least loaded first, without a slash at their ends. */
export function usableServices(answer: unknown): string[] {
  return listOf(at(answer, 'services', 'service'))
    .filter(
      ({ online, active, maintenance }) => isTrue(online, true) && isTrue(active, true) && !isTrue(maintenance, false),
    )
    .flatMap(({ host, path }) =>
      typeof host === 'string' ? [`${host.replace(/\/+$/, '')}${typeof path === 'string' ? path : ''}`] : [],
    )
    .filter((url) => /^https?:\/\//i.test(url) && URL.canParse(url))
    .map((url) => url.replace(/\/+$/, ''));
}

const isTrue = (value: unknown, otherwise: boolean): boolean =>
  value === undefined ? otherwise : value === true || value === 'true';

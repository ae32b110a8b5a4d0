import type { IncomingHttpHeaders } from 'node:http';

/**
 * Person for whom a trusted program asks: a learning platform, for example, uses its own account for all its users
 * (facts/opencast 1.2, 3.1).
 */
export interface RunAs {
  /** Account that counts instead of the asking one: `X-RUN-AS-USER`. */
  user: string | undefined;
  /** Roles that access lists are compared with: `X-RUN-WITH-ROLES`. */
  roles: readonly string[] | undefined;
}

/** Reads these headers, by their new and old names; undefined: there are none. */
export function runAsIn(headers: IncomingHttpHeaders): RunAs | undefined {
  const text = (...names: string[]): string | undefined => {
    const found = names.map((name) => headers[name]).find((value) => value !== undefined);
    return found === undefined ? undefined : String(found);
  };
  const user = text('x-run-as-user', 'x-opencast-matterhorn-user')?.trim();
  const roles = text('x-run-with-roles', 'x-opencast-matterhorn-roles');
  if (user === undefined && roles === undefined) return undefined;
  const list = roles
    ?.split(',')
    .map((role) => role.trim())
    .filter(Boolean);
  return { user, roles: list };
}

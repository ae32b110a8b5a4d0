import type { IncomingHttpHeaders } from 'node:http';

/** Whom a trusted program acts for: a learning platform asks with its own account, for somebody else (facts/opencast 1.2, 3.1). */
export interface RunAs {
  /** `X-RUN-AS-USER`: the account that counts in place of the asking one. */
  user: string | undefined;
  /** `X-RUN-WITH-ROLES`: the roles whose access counts. */
  roles: readonly string[] | undefined;
}

/** What the headers ask for, under their new and their old names; undefined: nothing. */
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

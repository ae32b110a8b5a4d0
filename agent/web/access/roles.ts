/**
 * Who may use a route: everybody who reaches the port (`open`), or this role and those after it. `lectern` is a paired
 * tablet, that may do a few things without a password.
 */
export const ACCESS = ['open', 'lectern', 'user', 'admin'] as const;
export type Access = (typeof ACCESS)[number];
export type Role = Exclude<Access, 'open'>;

/** Pure, and all there is to it. */
export const may = (role: Role, access: Access): boolean => ACCESS.indexOf(role) >= ACCESS.indexOf(access);

/** What the device knows of roles: who is no administrator asks as a user. */
export const deviceAccess = (role: Role): 'user' | 'admin' => (role === 'admin' ? 'admin' : 'user');

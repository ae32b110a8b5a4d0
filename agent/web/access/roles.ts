/**
 * Who may use a route: everybody (`open`), or this role and those after it. `lectern` is a paired tablet, which may do
 * a few things without a password.
 */
export const ACCESS = ['open', 'lectern', 'user', 'admin'] as const;
/** The least role for a route. */
export type Access = (typeof ACCESS)[number];
/** The role of an asker. */
export type Role = Exclude<Access, 'open'>;

/** Whether a role is sufficient. */
export const may = (role: Role, access: Access): boolean => ACCESS.indexOf(role) >= ACCESS.indexOf(access);

/** The device's word for a role: all but administrators are users. */
export const deviceAccess = (role: Role): 'user' | 'admin' => (role === 'admin' ? 'admin' : 'user');

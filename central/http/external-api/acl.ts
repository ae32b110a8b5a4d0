import { z } from 'zod';
import type { AclEntry } from '../../store/tables.ts';
import { jsonField } from '../fields.ts';

/** `[{"allow":true,"action":"read","role":"ROLE_USER"}]`; who says nothing allows. */
const schema = z.array(
  z.object({ role: z.string().min(1), action: z.string().min(1), allow: z.boolean().default(true) }),
);

/** Reads an ACL of a form. Throws BadRequest. */
export const aclField = (text: string): AclEntry[] => jsonField('acl', text, schema);

export const aclJson = (acl: readonly AclEntry[]): object[] =>
  acl.map(({ allow, action, role }) => ({ allow, action, role }));

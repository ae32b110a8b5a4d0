import { z } from 'zod';
import type { AclEntry } from '../../store/tables.ts';
import { jsonField } from '../fields.ts';

/** Access list in JSON: `[{"allow":true,"action":"read","role":"ROLE_USER"}]`; without `allow` an entry allows. */
const schema = z.array(
  z.object({ role: z.string().min(1), action: z.string().min(1), allow: z.boolean().default(true) }),
);

/** Access list of a form field. Throws BadRequest. */
export const aclField = (text: string): AclEntry[] => jsonField('acl', text, schema);

/** Access list as the JSON of the External API. */
export const aclJson = (acl: readonly AclEntry[]): object[] =>
  acl.map(({ allow, action, role }) => ({ allow, action, role }));

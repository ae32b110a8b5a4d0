import type { MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { ReceivedElement } from '../../../intake/elements.ts';
import type { AclEntry } from '../../../store/tables.ts';
import type { Form } from '../../form.ts';

/** Media package that came complete in one request: its files are still where they were received. */
export interface ReceivedPackage {
  mediaPackage: MediaPackage;
  received: ReceivedElement[];
  /** Access list; undefined: the form has none. */
  acl?: AclEntry[] | undefined;
  /** Other fields of the form. */
  form: Form;
}

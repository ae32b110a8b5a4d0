import type { MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { ReceivedElement } from '../../../intake/elements.ts';
import type { AclEntry } from '../../../store/tables.ts';
import type { Form } from '../../form.ts';

/** A media package that came whole in one request: its files lie where they were received. */
export interface ReceivedPackage {
  mediaPackage: MediaPackage;
  received: ReceivedElement[];
  /** Who may see it; undefined: the form says nothing of it. */
  acl?: AclEntry[] | undefined;
  /** The other fields of the form. */
  form: Form;
}

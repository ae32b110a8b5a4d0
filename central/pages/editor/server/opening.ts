import type { Edit } from '../../../editing/edit.ts';
import type { ShownEdit } from '../../../editing/shown-edit.ts';
import type { KeptLocally } from './local-copy.ts';

/** The edit that is opened, and from where it comes. */
export interface Opened {
  edit: Edit;
  base: number;
  revision: number;
  /** `draft`: of the server; `browser`: this browser has a newer one, which the server has to get. */
  from: 'saved' | 'draft' | 'browser';
  /** Whether the recording was changed since the draft began. */
  isOutdated: boolean;
}

/**
 * Chooses the edit to go on with: what this browser could not send, if the server's draft is still the one that it knew;
 * else the server's draft; else what is saved.
 */
export function editToOpen(
  { saved, draft, version }: Pick<ShownEdit, 'saved' | 'draft' | 'version'>,
  local: KeptLocally | undefined,
): Opened {
  const revision = draft?.revision ?? 0;
  const isOutdated = local?.base !== version && (draft?.isOutdated ?? true);
  if (local && local.revision === revision && isEdit(local.edit))
    return { edit: local.edit, base: local.base, revision, from: 'browser', isOutdated };
  if (draft) return { edit: draft.edit, base: draft.base, revision, from: 'draft', isOutdated: draft.isOutdated };
  return { edit: saved, base: version, revision, from: 'saved', isOutdated: false };
}

/** Whether a value has the parts of an edit: an older version of this page may have written another. */
const isEdit = (value: Partial<Edit>): boolean =>
  [value.segments, value.chapters, value.captions].every(Array.isArray) && typeof value.words?.title === 'string';

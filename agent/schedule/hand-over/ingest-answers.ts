import { attributeOf, childNamed } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import type { RecordingPart } from '../recordings.ts';
import { holdsTracks } from './package.ts';

/** Reads the server's answers to an ingest, and to questions about one. Pure. */

/** Result of an ingest that the server accepted. */
export interface Accepted {
  workflowId?: string;
  /** Reason why the workflow failed, in words; undefined: it has not. */
  failed?: string;
}

/**
 * Reads the answer to an ingest. Only a workflow or a media package of this recording (one of `ids`) says that it was
 * accepted; undefined for anything else.
 */
export function acceptedIn(xml: string, ids: readonly (string | undefined)[]): Accepted | undefined {
  try {
    const root = parseXml(xml);
    const own = root.name === 'mediapackage' ? root : childNamed(root, 'mediapackage');
    const id = own && attributeOf(own, 'id');
    if (id && !ids.includes(id)) return undefined;
    if (root.name === 'mediapackage') return id ? {} : undefined;
    if (root.name !== 'workflow') return undefined;
    const [workflowId, state] = [attributeOf(root, 'id'), attributeOf(root, 'state')];
    const isFailed = /^(?:FAILED|FAILING|STOPPED)$/i.test(state ?? '');
    return {
      ...(workflowId ? { workflowId } : {}),
      ...(isFailed ? { failed: `the server has it, but its workflow ${workflowId ?? ''} is ${state}` } : {}),
    };
  } catch {
    return undefined;
  }
}

/** Whether an event of the External API was recorded already, and is no longer only planned. */
export function isProcessed(json: string): boolean {
  try {
    const event = JSON.parse(json) as { processing_state?: unknown; status?: unknown };
    const known = typeof event.processing_state === 'string' && event.processing_state !== '';
    return known || /PROCESS|ARCHIV|PAUSED|PENDING/i.test(typeof event.status === 'string' ? event.status : '');
  } catch {
    return false;
  }
}

/** Whether an archived media package has the recording's files; false if it cannot be read. */
export function holdsSafely(xml: string, parts: readonly RecordingPart[]): boolean {
  try {
    return holdsTracks(xml, parts);
  } catch {
    return false;
  }
}

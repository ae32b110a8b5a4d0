import type { RecordingEntry } from '../../shared/api-types.ts';
import { texts } from './recordings-texts.ts';

const SETTLED = new Set(['finished', 'partial', 'failed']);

/** The status of a recording, and whether it was delivered. */
export function Status({ recording: { status, deliveredAtMs } }: { recording: RecordingEntry }) {
  return (
    <span class="badges">
      <span class="badge" data-is={status}>
        {texts[status]}
      </span>
      {SETTLED.has(status) && deliveredAtMs !== undefined && (
        <span class="badge" data-is="delivered">
          {texts.delivered}
        </span>
      )}
    </span>
  );
}

import { useSignal } from '@preact/signals';
import type { RecordingWhole } from '../../shared/api-types.ts';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { bytes, dateTime, duration } from '../../shared/format.ts';
import { said as common } from '../../shared/said.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { hrefOf } from '../route.ts';
import { said } from './said.ts';

/** Deletes a recording, after its consequences were said. */
export function Removal({ recording }: { recording: RecordingWhole }) {
  const { api } = useDesk();
  const asked = useSignal(false);
  const { id, metadata, bytes: size, durationMs, deliveredAtMs, status } = recording;
  if (['setup', 'recording', 'paused'].includes(status)) return <p class="soft small">{said.running}</p>;
  const remove = async (): Promise<void> => {
    const answer = await api.send('DELETE', `/recordings/${encodeURIComponent(id)}`);
    asked.value = false;
    if (orTell(answer, said.removed)) location.hash = hrefOf('recordings');
  };
  return (
    <>
      <Button onPress={() => void (asked.value = true)}>{said.remove}</Button>
      {asked.value && (
        <Dialog title={said.removeTitle} onClose={() => void (asked.value = false)}>
          <div class="form">
            <p>
              <strong>{metadata.title || said.untitled}</strong>, {dateTime(recording.startedAtMs)}
            </p>
            <p>{said.removeWhat(bytes(size), duration(durationMs))}</p>
            {deliveredAtMs === undefined ? (
              <p class="mistake">{said.removeUndelivered}</p>
            ) : (
              <p>{said.removeDelivered(dateTime(deliveredAtMs))}</p>
            )}
            <div class="choices end">
              <Button onPress={() => void (asked.value = false)}>{common.cancel}</Button>
              <Button kind="danger" onPress={remove}>
                {said.removeNow}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}

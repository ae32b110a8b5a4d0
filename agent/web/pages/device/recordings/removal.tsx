import { useSignal } from '@preact/signals';
import type { RecordingWhole } from '../../shared/api-types.ts';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { bytes, dateTime, duration } from '#lib/pages/format.ts';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { usePage } from '../page-context.ts';
import { hrefOf } from '../route.ts';
import { texts } from './recordings-texts.ts';

/** Deletes a recording, after a dialog that tells what is lost. */
export function Removal({ recording }: { recording: RecordingWhole }) {
  const { api } = usePage();
  const asked = useSignal(false);
  const { id, metadata, bytes: size, durationMs, deliveredAtMs, status } = recording;
  if (['setup', 'recording', 'paused'].includes(status)) return <p class="soft small">{texts.running}</p>;
  const remove = async (): Promise<void> => {
    const answer = await api.send('DELETE', `/recordings/${encodeURIComponent(id)}`);
    asked.value = false;
    if (orTell(answer, texts.removed)) location.hash = hrefOf('recordings');
  };
  return (
    <>
      <Button onPress={() => void (asked.value = true)}>{texts.remove}</Button>
      {asked.value && (
        <Dialog title={texts.removeTitle} onClose={() => void (asked.value = false)}>
          <div class="form">
            <p>
              <strong>{metadata.title || texts.untitled}</strong>, {dateTime(recording.startedAtMs)}
            </p>
            <p>{texts.removeWhat(bytes(size), duration(durationMs))}</p>
            {deliveredAtMs === undefined ? (
              <p class="mistake">{texts.removeUndelivered}</p>
            ) : (
              <p>{texts.removeDelivered(dateTime(deliveredAtMs))}</p>
            )}
            <div class="choices end">
              <Button onPress={() => void (asked.value = false)}>{common.cancel}</Button>
              <Button kind="danger" onPress={remove}>
                {texts.removeNow}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}

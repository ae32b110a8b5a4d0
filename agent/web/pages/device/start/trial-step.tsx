import { useSignal } from '@preact/signals';
import type { RecordingNow, RecordingWhole } from '../../shared/api-types.ts';
import { Button } from '#lib/pages/button.tsx';
import { LiveView } from '../../shared/live-view.tsx';
import { orTell } from '../../shared/tell-trouble.ts';
import { Meter } from '#lib/pages/meter.tsx';
import { usePage } from '../page-context.ts';
import { texts } from './start-texts.ts';

const LENGTH_MS = 10_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A trial recording of ten seconds, which can be played at once. */
export function TrialStep() {
  const { api } = usePage();
  const phase = useSignal<'idle' | 'runs' | 'ends'>('idle');
  const made = useSignal<RecordingWhole | undefined>(undefined);
  const record = async (): Promise<void> => {
    made.value = undefined;
    const metadata = { title: texts.trialTitle };
    const body = { metadata, bookingId: 'trial' };
    const started = orTell(await api.send<{ recording: RecordingNow }>('POST', '/recording/start', body));
    const take = started?.recording.take;
    if (take === undefined) return;
    phase.value = 'runs';
    await pause(LENGTH_MS);
    phase.value = 'ends';
    orTell(await api.send('POST', '/recording/stop'));
    for (let tries = 0; tries < 60 && made.value === undefined; tries++) {
      const { value } = await api.get<RecordingWhole>(`/recordings/${encodeURIComponent(take)}`);
      if (value && ['finished', 'partial', 'failed'].includes(value.status)) made.value = value;
      else await pause(500);
    }
    phase.value = 'idle';
  };
  const remove = async (): Promise<void> => {
    if (!made.value) return;
    if (orTell(await api.send('DELETE', `/recordings/${encodeURIComponent(made.value.id)}`))) made.value = undefined;
  };
  const file = made.value?.files.find(({ mime }) => mime === 'video/mp4');
  return (
    <div class="form">
      <p>{texts.trialWhy}</p>
      {file ? (
        <>
          <video class="trial" src={file.href} controls playsInline aria-label={texts.trial} />
          <p class="good">{texts.trialGood}</p>
        </>
      ) : (
        <Live />
      )}
      <div class="choices">
        <Button kind="record" disabled={phase.value !== 'idle'} onPress={record}>
          {phase.value === 'runs' ? texts.trialRuns : phase.value === 'ends' ? texts.trialEnds : texts.trialStart}
        </Button>
        {file && <Button onPress={remove}>{texts.trialRemove}</Button>}
      </div>
    </div>
  );
}

function Live() {
  const { box } = usePage();
  return (
    <>
      <LiveView />
      <Meter label={texts.sound} level={box.meters.value?.output} />
    </>
  );
}

import { Button } from '#lib/pages/button.tsx';
import { dateTime, timeOfDay } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { hrefOf } from '../route.ts';
import { texts } from './schedule-texts.ts';
import type { HandOver } from './types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { told } from '../../shared/told.ts';

/** The hand-overs of recordings: their steps, and for those that wait the reason and the time of the next try. */
export function HandOvers({ handOvers, onSent }: { handOvers: readonly HandOver[]; onSent: () => void }) {
  return (
    <section class="card" aria-labelledby="hand-overs">
      <h2 id="hand-overs">{texts.handOvers}</h2>
      {handOvers.length === 0 && <p class="soft">{texts.noHandOvers}</p>}
      <ul class="rows narrow hand-overs">
        {handOvers.map((one) => (
          <HandOverRow key={one.recording} handOver={one} onSent={onSent} />
        ))}
      </ul>
    </section>
  );
}

function HandOverRow({ handOver, onSent }: { handOver: HandOver; onSent: () => void }) {
  const { api, session } = usePage();
  const { recording, title, name, step, attempt, nextAtMs, waitsFor, error, said, held, sentBytes, totalBytes } =
    handOver;
  const isDone = step === 'done';
  const send = async (): Promise<void> => {
    const answer = await api.send('POST', `/schedule/hand-overs/${encodeURIComponent(recording)}/send`);
    if (orTell(answer, texts.queued)) onSent();
  };
  const troubles = [
    attempt > 0 && !isDone ? texts.failed(attempt) : '',
    nextAtMs !== undefined && !isDone ? texts.next(timeOfDay(nextAtMs)) : '',
    held ? texts.held : '',
  ].filter(Boolean);
  return (
    <li data-step={step}>
      <div>
        <a href={hrefOf('recordings', recording)}>{title || name}</a>
        <p class="soft small">{stepOf(handOver)}</p>
        {troubles.length > 0 && <p class="small">{troubles.join(' · ')}</p>}
        {!isDone && (error ?? waitsFor) && <p class="mistake">{told(error ?? waitsFor ?? '', said)}</p>}
        {sentBytes !== undefined && totalBytes !== undefined && !isDone && (
          <progress aria-label={title || name} max={totalBytes} value={sentBytes} />
        )}
      </div>
      {session.access === 'admin' && !isWaiting(handOver) && (
        <Button onPress={send}>{isDone ? texts.again : texts.retry}</Button>
      )}
    </li>
  );
}

/** Whether nothing can be sent yet. */
const isWaiting = ({ step, attempt }: HandOver): boolean => step === 'recording' && attempt === 0;

function stepOf(handOver: HandOver): string {
  const { step, deliveredAtMs } = handOver;
  if (step === 'done') return deliveredAtMs === undefined ? texts.stepDone : texts.done(dateTime(deliveredAtMs));
  if (isWaiting(handOver)) return texts.stepRecording;
  return step === 'fetching' ? texts.stepFetching : texts.stepSending;
}

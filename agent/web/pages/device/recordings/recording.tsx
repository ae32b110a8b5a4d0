import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RecordingWhole } from '../../shared/api-types.ts';
import { Button } from '../../shared/button.tsx';
import { bytes, dateTime, duration, timeOfDay } from '../../shared/format.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { hrefOf } from '../route.ts';
import { Description } from './description.tsx';
import { Player } from './player.tsx';
import { Removal } from './removal.tsx';
import { said } from './said.ts';
import { Status } from './status.tsx';

/** One recording: watch it, take its files, describe it anew, delete it. */
export function RecordingPage({ id }: { id: string }) {
  const { api, box, session } = useDesk();
  const found = useSignal<RecordingWhole | 'gone' | undefined>(undefined);
  const look = async (): Promise<void> => {
    const answer = await api.get<RecordingWhole>(`/recordings/${encodeURIComponent(id)}`);
    if (answer.trouble?.status === 404) found.value = 'gone';
    else found.value = orTell(answer) ?? found.value;
  };
  useEffect(() => void look(), [id, box.state.value?.seen.recordingsRevision]);
  const recording = found.value;
  return (
    <div class="recordings">
      <a class="button quiet" href={hrefOf('recordings')}>
        ← {said.back}
      </a>
      {recording === 'gone' && <p>{said.gone}</p>}
      {typeof recording === 'object' && (
        <>
          <Head recording={recording} />
          <Player recording={recording} />
          <Gaps recording={recording} />
          <Files recording={recording} />
          <Description key={recording.id} recording={recording} onSaved={() => void look()} />
          {session.access === 'admin' && (
            <div class="choices">
              <SendAgain recording={recording} />
              <Removal recording={recording} />
            </div>
          )}
        </>
      )}
    </div>
  );
}

/** Hands it over once more, or now; why that cannot be is the box's to say. */
function SendAgain({ recording: { id, status } }: { recording: RecordingWhole }) {
  const { api } = useDesk();
  if (!['finished', 'partial'].includes(status)) return null;
  const send = async (): Promise<unknown> =>
    orTell(await api.send('POST', `/schedule/hand-overs/${encodeURIComponent(id)}/send`), said.queued);
  return <Button onPress={send}>{said.sendAgain}</Button>;
}

function Head({ recording }: { recording: RecordingWhole }) {
  const { metadata, startedAtMs, durationMs, bytes: size, base } = recording;
  const who = [metadata.presenter, metadata.series].filter(Boolean).join(' · ');
  return (
    <header class="page-head">
      <h1>{metadata.title || said.untitled}</h1>
      {who && <p>{who}</p>}
      <p class="soft">
        {dateTime(startedAtMs)} · {duration(durationMs)} · {bytes(size)} <Status recording={recording} />
      </p>
      <p class="soft small">
        <code>{base}</code>
      </p>
    </header>
  );
}

function Gaps({ recording: { breaks } }: { recording: RecordingWhole }) {
  if (breaks.length === 0) return null;
  return (
    <section class="card" aria-labelledby="gaps">
      <h2 id="gaps">{said.gaps}</h2>
      <ul class="rows">
        {breaks.map(({ atMs, reason }) => (
          <li key={atMs}>
            <span>{reason}</span>
            <time>{timeOfDay(atMs)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ recording: { files } }: { recording: RecordingWhole }) {
  return (
    <section class="card" aria-labelledby="files">
      <h2 id="files">{said.files}</h2>
      <ul class="rows files">
        {files
          .filter(({ mime }) => mime !== 'image/jpeg')
          .map(({ name, size, href, writing }) => (
            <li key={name}>
              <span>
                <code>{name}</code>{' '}
                <span class="soft small">
                  {bytes(size)}
                  {writing && ` · ${said.growing}`}
                </span>
              </span>
              <a class="button" href={`${href}?download=1`} download={name}>
                {said.download}
              </a>
            </li>
          ))}
      </ul>
    </section>
  );
}

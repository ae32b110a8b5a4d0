import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RecordingWhole } from '../../shared/api-types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { told } from '../../shared/told.ts';
import { Button } from '#lib/pages/button.tsx';
import { bytes, dateTime, duration, timeOfDay } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { hrefOf } from '../route.ts';
import { Description } from './description.tsx';
import { Player } from './player.tsx';
import { Removal } from './removal.tsx';
import { texts } from './recordings-texts.ts';
import { Status } from './status.tsx';

/** The page of one recording: to watch it, take its files, change its description, delete it. */
export function RecordingPage({ id }: { id: string }) {
  const { api, box, session } = usePage();
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
        ← {texts.back}
      </a>
      {recording === 'gone' && <p>{texts.gone}</p>}
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

/** Hands a recording over now, or once more; if that is not possible, the answer of the box says why. */
function SendAgain({ recording: { id, status } }: { recording: RecordingWhole }) {
  const { api } = usePage();
  if (!['finished', 'partial'].includes(status)) return null;
  const send = async (): Promise<unknown> =>
    orTell(await api.send('POST', `/schedule/hand-overs/${encodeURIComponent(id)}/send`), texts.queued);
  return <Button onPress={send}>{texts.sendAgain}</Button>;
}

function Head({ recording }: { recording: RecordingWhole }) {
  const { metadata, startedAtMs, durationMs, bytes: size, base } = recording;
  const who = [metadata.presenter, metadata.series].filter(Boolean).join(' · ');
  return (
    <header class="page-head">
      <h1>{metadata.title || texts.untitled}</h1>
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
      <h2 id="gaps">{texts.gaps}</h2>
      <ul class="rows">
        {breaks.map(({ atMs, reason, said }) => (
          <li key={atMs}>
            <span>{told(reason, said)}</span>
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
      <h2 id="files">{texts.files}</h2>
      <ul class="rows files">
        {files
          .filter(({ mime }) => mime !== 'image/jpeg')
          .map(({ name, size, href, writing }) => (
            <li key={name}>
              <span>
                <code>{name}</code>{' '}
                <span class="soft small">
                  {bytes(size)}
                  {writing && ` · ${texts.growing}`}
                </span>
              </span>
              <a class="button" href={`${href}?download=1`} download={name}>
                {texts.download}
              </a>
            </li>
          ))}
      </ul>
    </section>
  );
}

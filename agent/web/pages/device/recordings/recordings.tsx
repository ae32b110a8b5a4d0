import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RecordingEntry } from '../../shared/api-types.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { Button } from '#lib/pages/button.tsx';
import { ChoiceField, TextField } from '#lib/pages/field.tsx';
import { bytes, dateTime, duration, shownZone } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { hrefOf, whereabouts } from '../route.ts';
import { texts as pages } from '../device-texts.ts';
import { texts } from './recordings-texts.ts';
import { Status } from './status.tsx';
import { isOf, isSince, KINDS, type RecordingKind } from './filter.ts';
import { isLike } from './timeline.ts';
import { RecordingPage } from './recording.tsx';
import './recordings.css';

/** Recordings in the list at first, and more with each press. */
const AT_ONCE = 60;

/** The page *Recordings*: the list, or one recording. */
export function Recordings() {
  const [id] = whereabouts.value.rest;
  return id === undefined ? <List /> : <RecordingPage key={id} id={id} />;
}

function List() {
  const { api, box } = usePage();
  const all = useSignal<{ total: number; recordings: readonly RecordingEntry[] } | undefined>(undefined);
  const limit = useSignal(AT_ONCE);
  const search = useSignal('');
  const kind = useSignal<RecordingKind>('all');
  const since = useSignal('');
  const revision = box.state.value?.seen.recordingsRevision;
  useEffect(() => {
    void api
      .get<{ total: number; recordings: RecordingEntry[] }>(`/recordings?limit=${Math.min(1000, limit.value)}`)
      .then((answer) => void (all.value = orTell(answer) ?? all.value));
  }, [revision, limit.value, box.link.value]);
  const { total = 0, recordings = [] } = all.value ?? {};
  const found = recordings.filter(
    (one) => isLike(one, search.value) && isOf(one, kind.value) && isSince(one, since.value, shownZone.value),
  );
  return (
    <div class="recordings">
      <header class="page-head">
        <h1>{pages.recordings}</h1>
        {all.value && <p class="soft">{total === 0 ? texts.none : texts.count(total)}</p>}
        {total > 0 && (
          <div class="filters">
            <TextField
              class="search"
              label={texts.search}
              type="search"
              placeholder={texts.searchHelp}
              value={search.value}
              onText={(text) => void (search.value = text)}
            />
            <ChoiceField
              label={texts.which}
              value={kind.value}
              choices={KINDS.map((value) => ({ value, text: texts[`kind_${value}`] }))}
              onChoice={(value) => void (kind.value = value)}
            />
            <TextField
              label={texts.since}
              type="date"
              value={since.value}
              onText={(text) => void (since.value = text)}
            />
          </div>
        )}
      </header>
      {total > 0 && found.length === 0 && <p class="soft">{texts.nothingFound}</p>}
      <ul class="shelf">
        {found.map((one) => (
          <Item key={one.id} recording={one} />
        ))}
      </ul>
      {total > recordings.length && <Button onPress={() => void (limit.value += AT_ONCE)}>{texts.more}</Button>}
    </div>
  );
}

function Item({ recording }: { recording: RecordingEntry }) {
  const { id, metadata, startedAtMs, durationMs, bytes: size, thumbnails } = recording;
  const picture = thumbnails[Math.floor(thumbnails.length / 2)] ?? thumbnails[0];
  return (
    <li>
      <a class="item" href={hrefOf('recordings', id)}>
        <span class="screen">{picture && <img src={picture.href} alt="" loading="lazy" />}</span>
        <span class="words">
          <strong>{metadata.title || texts.untitled}</strong>
          <span class="soft">{[metadata.presenter, metadata.series].filter(Boolean).join(' · ')}</span>
          <span class="soft small">{dateTime(startedAtMs)}</span>
        </span>
        <span class="figures">
          <Status recording={recording} />
          <span class="soft small number">
            {duration(durationMs)} · {bytes(size)}
          </span>
        </span>
      </a>
    </li>
  );
}

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RecordingWhole } from '../../shared/api-types.ts';
import { Button } from '#lib/pages/button.tsx';
import { clock } from '#lib/pages/format.ts';
import { texts } from './recordings-texts.ts';
import { playableParts, spotAt, wholeMs, type Spot } from './timeline.ts';

/** Plays a recording in the page; if channel B was recorded too, there is a choice of the channel. */
export function Player({ recording }: { recording: RecordingWhole }) {
  const isB = useSignal(false);
  const { second } = recording;
  if (!second || second.parts.length === 0) return <StreamPlayer recording={recording} />;
  return (
    <>
      <div class="channels" role="group" aria-label={texts.channels}>
        {[false, true].map((ofB) => (
          <Button key={String(ofB)} pressed={isB.value === ofB} onPress={() => (isB.value = ofB)}>
            {ofB ? texts.channelB : texts.channelA}
          </Button>
        ))}
      </div>
      <StreamPlayer key={String(isB.value)} recording={isB.value ? { ...recording, ...second } : recording} />
    </>
  );
}

/** Plays one stream, part after part; a press on a chapter or a thumbnail goes there. */
function StreamPlayer({ recording }: { recording: RecordingWhole }) {
  const parts = playableParts(recording);
  const spot = useSignal<Spot>({ part: parts[0]?.number ?? 1, offsetMs: 0 });
  const video = useRef<HTMLVideoElement>(null);
  const name = parts.find(({ number }) => number === spot.value.part)?.name;
  const file = recording.files.find((one) => one.name === name);
  const title = recording.metadata.title || texts.untitled;
  const go = (to: Spot | undefined): void => {
    if (to) spot.value = { ...to };
  };
  useEffect(() => {
    const player = video.current;
    if (!player || !file) return undefined;
    const seek = (): void => void (player.currentTime = spot.value.offsetMs / 1000);
    if (player.readyState > 0) seek();
    else player.addEventListener('loadedmetadata', seek, { once: true });
    return () => player.removeEventListener('loadedmetadata', seek);
  }, [spot.value, file?.href]);
  if (!file) return <p class="screen none">{texts.unplayable}</p>;
  const next = parts.find(({ number }) => number > spot.value.part);
  return (
    <div class="player">
      <video
        ref={video}
        key={file.href}
        src={file.href}
        controls
        preload="metadata"
        playsInline
        aria-label={texts.play(title)}
        onEnded={() => {
          go(next && { part: next.number, offsetMs: 0 });
          if (next) requestAnimationFrame(() => void video.current?.play());
        }}
      />
      <Thumbnails recording={recording} onPick={(atMs) => go(spotAt(recording, atMs))} />
      <Chapters recording={recording} onPick={go} />
    </div>
  );
}

function Thumbnails({ recording, onPick }: { recording: RecordingWhole; onPick: (atMs: number) => void }) {
  if (recording.thumbnails.length === 0) return null;
  return (
    <ul class="strip">
      {recording.thumbnails.map(({ href, offsetMs }) => (
        <li key={href}>
          <button type="button" aria-label={texts.jump(clock(offsetMs))} onClick={() => onPick(offsetMs)}>
            <img src={href} alt="" loading="lazy" />
            <time>{clock(offsetMs)}</time>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Chapters({ recording, onPick }: { recording: RecordingWhole; onPick: (spot: Spot) => void }) {
  if (recording.chapters.length === 0) return null;
  return (
    <section aria-labelledby="chapters">
      <h2 id="chapters">{texts.chapters}</h2>
      <ol class="chapters">
        {recording.chapters.map((chapter) => {
          const { part, offsetMs, title, kind } = chapter;
          return (
            <li key={`${part} ${offsetMs}`}>
              <button type="button" class="button quiet" onClick={() => onPick(chapter)}>
                <time>{clock(wholeMs(recording, chapter))}</time>
                <span>{title || (kind === 'resume' ? texts.resumed : texts.mark)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

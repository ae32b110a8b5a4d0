import { useSignal } from '@preact/signals';
import { Button } from '@amphi/lib/pages/button.tsx';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { changedCue, mistakesOf, withoutCue, type CaptionTrack, type Cue, type CueMistake } from '../model/captions.ts';
import { exactTime, frameOfMs, msOfFrame, msTyped } from '../model/frames.ts';

/** Captions that are shown at once: a lecture has thousands. */
const PAGE = 20;

type Change = (part: (track: CaptionTrack) => Partial<CaptionTrack>, about?: string) => void;

/** The captions around the playhead, or those of the page that was chosen. */
export function CaptionRows({ track, change }: { track: CaptionTrack; change: Change }) {
  const { store } = useEditor();
  const { cues } = track;
  const atMs = msOfFrame(store.playhead.value, store.pictures.rate);
  const here = Math.max(
    0,
    cues.findLastIndex(({ startMs }) => startMs <= atMs),
  );
  const chosen = useSignal<{ page: number; at: number } | undefined>(undefined);
  // A page that was chosen stays until the playhead moves.
  const page = chosen.value?.at === atMs ? chosen.value.page : Math.floor(here / PAGE);
  const first = Math.min(page * PAGE, Math.max(0, cues.length - 1));
  const shown = cues.slice(first, first + PAGE);
  const mistakes = mistakesOf(cues, store.shown.durationMs);
  const turn = (by: number): void => void (chosen.value = { page: page + by, at: atMs });
  return (
    <>
      <ol class="cues" start={first + 1}>
        {shown.map((cue) => (
          <CueRow key={cue.key} cue={cue} track={track} mistake={mistakes.get(cue.key)} change={change} />
        ))}
      </ol>
      {cues.length > PAGE && (
        <div class="choices">
          <Button disabled={first === 0} onPress={() => turn(-1)}>
            {texts.earlier}
          </Button>
          <span class="soft">{texts.captionsShown(first + 1, first + shown.length, cues.length)}</span>
          <Button disabled={first + PAGE >= cues.length} onPress={() => turn(1)}>
            {texts.later}
          </Button>
        </div>
      )}
    </>
  );
}

interface RowSettings {
  cue: Cue;
  track: CaptionTrack;
  mistake: CueMistake | undefined;
  change: Change;
}

function CueRow({ cue, track, mistake, change }: RowSettings) {
  const { store } = useEditor();
  const { key, startMs, endMs, text } = cue;
  const { rate } = store.pictures;
  const part = (next: Partial<Cue>, about?: string): void =>
    change(({ cues }) => ({ cues: changedCue(cues, key, next) }), about);
  const time = exactTime(startMs);
  return (
    <li>
      <div class="cue-times">
        <button
          type="button"
          class="button quiet"
          aria-label={`${texts.goThere}, ${time}`}
          title={texts.goThere}
          onClick={() => store.goTo(frameOfMs(startMs, rate))}
        >
          ▸
        </button>
        <TimeField label={`${texts.begins}, ${time}`} ms={startMs} onMs={(ms) => part({ startMs: ms })} />
        <span aria-hidden="true">–</span>
        <TimeField label={`${texts.ends}, ${time}`} ms={endMs} onMs={(ms) => part({ endMs: ms })} />
        <Button
          kind="quiet"
          label={`${texts.remove}, ${time}`}
          title={texts.remove}
          onPress={() => change(({ cues }) => ({ cues: withoutCue(cues, key) }))}
        >
          ×
        </Button>
      </div>
      <textarea
        rows={2}
        maxLength={2000}
        lang={track.language || undefined}
        aria-label={texts.captionText(time)}
        aria-invalid={mistake !== undefined && mistake !== 'over the next'}
        value={text}
        onInput={(event) => part({ text: event.currentTarget.value }, `cue ${track.key} ${key}`)}
        onBlur={() => store.settle()}
      />
      {mistake && <p class={mistake === 'over the next' ? 'help' : 'mistake'}>{mistakeWords(mistake)}</p>}
    </li>
  );
}

const mistakeWords = (mistake: CueMistake): string =>
  ({ 'ends before it begins': texts.backward, 'behind the end': texts.behindEnd, 'over the next': texts.overNext })[
    mistake
  ];

/** A time that is typed; it counts when the field is left, if it is one. */
function TimeField({ label, ms, onMs }: { label: string; ms: number; onMs: (ms: number) => void }) {
  const typed = useSignal<string | undefined>(undefined);
  const leave = (): void => {
    const next = typed.value === undefined ? undefined : msTyped(typed.value);
    if (next !== undefined && next !== ms) onMs(next);
    if (next !== undefined || typed.value?.trim() === '') typed.value = undefined;
  };
  return (
    <input
      class="time"
      aria-label={label}
      autocomplete="off"
      aria-invalid={typed.value !== undefined && msTyped(typed.value) === undefined}
      value={typed.value ?? exactTime(ms)}
      onInput={(event) => void (typed.value = event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => event.key === 'Enter' && leave()}
    />
  );
}

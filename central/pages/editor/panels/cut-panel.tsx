import { Button } from '@amphi/lib/pages/button.tsx';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { clockTime, timeCode } from '../model/frames.ts';
import { joined, stillKept, whole, withDeleted, withRange, type Segment } from '../model/segments.ts';

/** The parts of the recording as a list, and the silences that could go. */
export function CutPanel() {
  const { store } = useEditor();
  const { segments } = store.document.value;
  const { frames } = store.pictures;
  return (
    <>
      <h2>{texts.segments}</h2>
      <ol class="parts">
        {segments.map((one, n) => (
          <Part key={one.from} segment={one} index={n} isLast={n === segments.length - 1} />
        ))}
      </ol>
      {segments.some(({ deleted }) => deleted) && (
        <Button kind="quiet" onPress={() => store.change(() => ({ segments: whole(frames) }))}>
          {texts.cutAll}
        </Button>
      )}
      <Silences />
    </>
  );
}

function Part({ segment, index, isLast }: { segment: Segment; index: number; isLast: boolean }) {
  const { store } = useEditor();
  const { from, to, deleted } = segment;
  const { rate } = store.pictures;
  const name = texts.part(index + 1);
  const times = `${timeCode(from, rate)} – ${timeCode(to, rate)}`;
  const change = (next: Segment[]): void => store.change(() => ({ segments: next }));
  const { segments } = store.document.value;
  return (
    <li data-deleted={deleted} aria-current={index === store.selected.value ? 'true' : undefined}>
      <button type="button" class="button quiet place" title={texts.goThere} onClick={() => store.goTo(from)}>
        <b>{name}</b> <span class="times">{times}</span>{' '}
        <span class="soft">{deleted ? texts.deleted : texts.kept}</span>
      </button>
      <span class="choices">
        <Button
          label={`${deleted ? texts.keepAgain : texts.cutAway}, ${name}`}
          onPress={() => change(withDeleted(segments, index, !deleted))}
        >
          {deleted ? texts.keepAgain : texts.cutAway}
        </Button>
        {!isLast && (
          <Button
            kind="quiet"
            label={`${texts.joinNext}, ${name}`}
            title={texts.joinNext}
            onPress={() => change(joined(segments, index))}
          >
            ⇢
          </Button>
        )}
      </span>
    </li>
  );
}

/** Silences that are longer than a breath, and are not cut away yet. */
function Silences() {
  const { store } = useEditor();
  const { rate } = store.pictures;
  const { segments } = store.document.value;
  const open = stillKept(segments, store.silences ?? []);
  const length = open.reduce((sum, { from, to }) => sum + to - from, 0);
  const cutAll = (): void =>
    store.change((now) => ({ segments: open.reduce((all, range) => withRange(all, range, true), [...now.segments]) }));
  return (
    <>
      <h2>{texts.silences}</h2>
      {!store.silences && <p class="soft">{texts.silencesUnknown}</p>}
      {store.silences && open.length === 0 && <p class="soft">{texts.noSilences}</p>}
      {open.length > 0 && (
        <>
          <p>{texts.silencesFound(open.length, clockTime(length, rate))}</p>
          <Button onPress={cutAll}>{texts.cutSilences}</Button>
          <ul class="parts">
            {open.map((range) => (
              <li key={range.from}>
                <button type="button" class="button quiet place" onClick={() => store.goTo(range.from)}>
                  <span class="times">
                    {timeCode(range.from, rate)} – {timeCode(range.to, rate)}
                  </span>
                </button>
                <Button
                  label={`${texts.cutAway}, ${timeCode(range.from, rate)}`}
                  onPress={() => store.change((now) => ({ segments: withRange(now.segments, range, true) }))}
                >
                  {texts.cutAway}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

import { Button } from '@amphi/lib/pages/button.tsx';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { changedChapter, MOST_TITLE_CHARS, withChapter, withoutChapter, type Chapter } from '../model/chapters.ts';
import { clockTime, frameOfMs } from '../model/frames.ts';

/** Chapters with their titles. */
export function ChaptersPanel() {
  const { store, run } = useEditor();
  const { chapters } = store.document.value;
  return (
    <>
      <div class="choices">
        <Button onPress={() => run('chapter')} title={`${texts.addChapter} (C)`}>
          {texts.addChapter}
        </Button>
        <FromSlides />
      </div>
      {chapters.length === 0 && <p class="soft">{texts.noChapters}</p>}
      <ol class="parts">
        {chapters.map((one) => (
          <ChapterRow key={one.key} chapter={one} />
        ))}
      </ol>
      {!store.shown.slides && <p class="soft">{texts.slidesUnknown}</p>}
    </>
  );
}

/** Adds a chapter for each slide that begins in a kept part and has none yet. */
function FromSlides() {
  const { store } = useEditor();
  const { rate } = store.pictures;
  const { chapters, segments } = store.document.value;
  const isKept = (frame: number): boolean =>
    segments.some(({ from, to, deleted }) => !deleted && from <= frame && frame < to);
  const open = (store.shown.slides ?? [])
    .map(({ start, title }, n) => ({ at: frameOfMs(start, rate), title: title || texts.slide(n + 1) }))
    .filter(({ at }) => isKept(at) && !chapters.some((one) => one.at === at));
  if (open.length === 0) return null;
  const add = (): void =>
    store.change((now) => ({
      chapters: open.reduce((all, { at, title }) => withChapter(all, at, title), [...now.chapters]),
    }));
  return <Button onPress={add}>{texts.chaptersFromSlides(open.length)}</Button>;
}

function ChapterRow({ chapter }: { chapter: Chapter }) {
  const { store } = useEditor();
  const { key, at, title } = chapter;
  const time = clockTime(at, store.pictures.rate);
  const change = (part: Partial<Chapter>, about?: string): void =>
    store.change(({ chapters }) => ({ chapters: changedChapter(chapters, key, part) }), about);
  return (
    <li>
      <button type="button" class="button quiet place times" title={texts.goThere} onClick={() => store.goTo(at)}>
        {time}
      </button>
      <input
        aria-label={texts.chapterTitle(time)}
        maxLength={MOST_TITLE_CHARS}
        value={title}
        onInput={(event) => change({ title: event.currentTarget.value }, `chapter ${key}`)}
        onBlur={() => store.settle()}
      />
      <span class="choices">
        <Button kind="quiet" label={`${texts.moveHere}, ${title}`} onPress={() => change({ at: store.playhead.value })}>
          {texts.moveHere}
        </Button>
        <Button
          kind="quiet"
          label={texts.removeNamed(title || time)}
          onPress={() => store.change(({ chapters }) => ({ chapters: withoutChapter(chapters, key) }))}
        >
          {texts.remove}
        </Button>
      </span>
    </li>
  );
}

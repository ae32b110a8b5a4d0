import { Button } from '@amphi/lib/pages/button.tsx';
import { useEditor } from '../editor-context.ts';
import { texts } from '../editor-texts.ts';
import { timeCode } from '../model/frames.ts';
import { sourceName } from '../preview.tsx';

/** The picture that is shown before the lecture plays. */
export function CoverPanel() {
  const { store, run } = useEditor();
  const { cover } = store.document.value;
  const { rate } = store.pictures;
  const kept = store.shown.sources.filter(({ coverUrl }) => coverUrl !== null);
  return (
    <>
      <p>{texts.coverHelp}</p>
      <div class="choices">
        <Button onPress={() => run('cover')} title={`${texts.takeCover} (P)`}>
          {texts.takeCover}
        </Button>
        {cover !== null && (
          <>
            <Button kind="quiet" onPress={() => store.goTo(cover)}>
              {texts.goThere}
            </Button>
            <Button kind="quiet" onPress={() => store.change(() => ({ cover: null }))}>
              {texts.remove}
            </Button>
          </>
        )}
      </div>
      {cover !== null && <p>{texts.coverAt(timeCode(cover, rate))}</p>}
      {cover === null && kept.length === 0 && <p class="soft">{texts.noCover}</p>}
      {cover === null && kept.length > 0 && (
        <>
          <h2>{texts.coverNow}</h2>
          <div class="covers">
            {kept.map(({ id, type, coverUrl }) => (
              <img key={id} src={coverUrl ?? ''} alt={`${texts.coverNow}, ${sourceName(type)}`} />
            ))}
          </div>
        </>
      )}
    </>
  );
}

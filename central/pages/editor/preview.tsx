import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ShownEdit } from '../../editing/shown-edit.ts';
import { useEditor } from './editor-context.ts';
import { texts } from './editor-texts.ts';
import { cuesAt } from './model/captions.ts';
import { msOfFrame } from './model/frames.ts';

type Source = ShownEdit['sources'][number];

/** The films, side by side, with what is said at the playhead; a sign tells where it is cut away. */
export function Preview() {
  const { store } = useEditor();
  const { segments, captions } = store.document.value;
  const isCut = segments[store.selected.value]?.deleted ?? false;
  const atMs = msOfFrame(store.playhead.value, store.pictures.rate);
  const lines = cuesAt(captions[0]?.cues ?? [], atMs);
  return (
    <div class="preview" data-cut={isCut}>
      <div class="films" data-count={store.shown.sources.length}>
        {store.shown.sources.map((source) => (
          <Film key={source.id} source={source} />
        ))}
      </div>
      {isCut && <p class="sign">{texts.isCut}</p>}
      {lines.length > 0 && (
        <p class="caption" lang={captions[0]?.language || undefined}>
          {lines.map(({ key, text }) => (
            <span key={key}>{text}</span>
          ))}
        </p>
      )}
    </div>
  );
}

/** Name of a source: that of its type, where it has one. */
export const sourceName = (type: string): string =>
  type === 'presenter' ? texts.presenter : type === 'presentation' ? texts.presentation : type;

function Film({ source }: { source: Source }) {
  const { films } = useEditor();
  const film = useRef<HTMLVideoElement>(null);
  const cannot = useSignal(false);
  useEffect(() => (film.current ? films.add(film.current, source.hasAudio) : undefined), []);
  return (
    <figure class="film">
      <video
        ref={film}
        src={source.url}
        preload="auto"
        playsInline
        aria-label={sourceName(source.type)}
        onError={() => void (cannot.value = true)}
      />
      {!source.hasVideo && <p class="missing">{texts.noPicture}</p>}
      {cannot.value && (
        <p class="missing" role="alert">
          {texts.cannotPlay(sourceName(source.type))}
        </p>
      )}
      <figcaption>{sourceName(source.type)}</figcaption>
    </figure>
  );
}

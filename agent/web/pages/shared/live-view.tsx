import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { StreamName } from './api-types.ts';
import { showStill, watchLive, type Screen } from './live.ts';
import { texts } from './shared-texts.ts';

interface LiveSettings {
  label?: string;
  /** The stream; without it, what the box shows as its output. */
  stream?: StreamName | undefined;
}

/** The live picture of a stream. */
export function LiveView({ label = texts.livePicture, stream }: LiveSettings) {
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLImageElement>(null);
  const shown = useSignal<'video' | 'still' | undefined>(undefined);
  useEffect(() => {
    if (!video.current || !still.current) return undefined;
    const screen: Screen = {
      video: video.current,
      still: still.current,
      onShown: (what) => void (shown.value = what),
      wanted: () => true,
    };
    return watchLive(screen, stream);
  }, [stream]);
  return (
    <div class="screen" role="img" aria-label={label} data-shown={shown.value ?? 'none'}>
      <video ref={video} muted autoplay playsInline tabIndex={-1} hidden={shown.value !== 'video'} aria-hidden="true" />
      <img ref={still} alt="" hidden={shown.value !== 'still'} />
      {shown.value === undefined && <p>{texts.noPicture}</p>}
    </div>
  );
}

interface StillSettings {
  url: string;
  label: string;
  everyMs?: number;
}

/** A picture that is fetched again and again while the page is seen. */
export function StillView({ url, label, everyMs = 2000 }: StillSettings) {
  const image = useRef<HTMLImageElement>(null);
  const there = useSignal(false);
  useEffect(() => {
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      if (image.current && !document.hidden) there.value = await showStill(image.current, url, stop.signal);
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), there.value ? everyMs : everyMs / 2);
    };
    let timer = setTimeout(() => void look(), 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [url, everyMs]);
  return (
    <div class="screen" role="img" aria-label={label} data-shown={there.value ? 'still' : 'none'}>
      <img ref={image} alt="" hidden={!there.value} />
      {!there.value && <p>{texts.noPictureNow}</p>}
    </div>
  );
}

import { useEffect, useRef } from 'preact/hooks';
import { showStill } from '../../shared/live.ts';
import { usePage } from '../page-context.ts';
import type { Item } from './draft.ts';
import { filled } from './filled.ts';

/** The look of a thing on the canvas, nearly as the box draws it. */
export function Inside({ item: { window, overlay } }: { item: Item }) {
  if (window) return <ChannelPicture channel={window.channel} />;
  if (overlay?.kind === 'logo') return <img class="logo" alt="" src={logoUrl(overlay.file)} />;
  if (overlay?.kind === 'text') return <Words template={overlay.template} style={overlay.style} />;
  if (overlay?.kind === 'clock') {
    return <Words template={overlay.format === 'time' ? '{time}' : '{date} {time}'} style={overlay.style} />;
  }
  return null;
}

/** The address of a small picture of a logo. */
export const logoUrl = (file: string): string =>
  `/api/v1/overlay-files/${encodeURIComponent(file)}?width=320&height=320&fit=contain`;

interface WordsSettings {
  template: string;
  style: { colour: string; background: string; align: string; valign: string; bold: boolean; size: number };
}

const ALIGN: Record<string, string> = {
  left: 'start',
  centre: 'center',
  right: 'end',
  top: 'start',
  middle: 'center',
  bottom: 'end',
};

function Words({ template, style }: WordsSettings) {
  const { box } = usePage();
  const wanted = box.state.value?.wanted;
  const text = filled(
    template,
    { ...wanted?.metadata, ...wanted?.recording.metadata, hall: wanted?.hall ?? '' },
    wanted?.locale ?? 'fr',
  );
  return (
    <span
      class="words"
      aria-hidden="true"
      style={{
        color: style.colour,
        backgroundColor: style.background || 'transparent',
        alignItems: ALIGN[style.valign] ?? 'center',
        justifyContent: ALIGN[style.align] ?? 'start',
        textAlign: ALIGN[style.align] ?? 'start',
        fontWeight: style.bold ? '700' : '400',
        fontSize: `${style.size * 100}cqh`,
      }}
    >
      {/* The text is drawn by CSS: the accessible name is that of the thing around it. */}
      <span data-text={text} />
    </span>
  );
}

/** Time between pictures of a channel. */
const EVERY_MS = 1500;

function ChannelPicture({ channel }: { channel: 'A' | 'B' }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      if (image.current && !document.hidden)
        await showStill(image.current, `/api/v1/snapshot.jpg?of=${channel}&width=480`, stop.signal);
      if (!stop.signal.aborted) timer = setTimeout(() => void look(), EVERY_MS);
    };
    let timer = setTimeout(() => void look(), 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [channel]);
  return (
    <span class={`picture channel-${channel}`} aria-hidden="true">
      <img ref={image} alt="" />
      <b>{channel}</b>
    </span>
  );
}

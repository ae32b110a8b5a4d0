import { element } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { ElementRow } from '../store/tables.ts';

/** Lists of qualities (`.smil`) that a Wowza reads, and addresses of what it streams (facts/opencast 3.23). */

export type StreamFormat = 'hls' | 'dash' | 'smooth' | 'hds';

interface Transport {
  /** End of the address, after that of the list. */
  end: string;
  mimeType: string;
  transport: string;
}

/** Protocols that a Wowza streams a list in. */
export const TRANSPORTS: Readonly<Record<StreamFormat, Transport>> = {
  hls: { end: 'playlist.m3u8', mimeType: 'application/x-mpegURL', transport: 'HLS' },
  dash: { end: 'manifest_mpm4sav_mvlist.mpd', mimeType: 'application/dash+xml', transport: 'DASH' },
  smooth: { end: 'Manifest', mimeType: 'application/vnd.ms-sstr+xml', transport: 'SMOOTH' },
  hds: { end: 'manifest.f4m', mimeType: 'application/f4m+xml', transport: 'HDS' },
};

/** Address of a list in a protocol. */
export const streamUrl = (base: string, list: string, format: StreamFormat): string =>
  `${base.replace(/\/+$/, '')}/smil:${encodeURIComponent(list)}/${TRANSPORTS[format].end}`;

/** A quality: its file, and the path of that below the content folder of the application. */
export interface Quality {
  element: ElementRow;
  src: string;
}

/** List of the qualities of one picture, the lowest first or last: players begin with the first. */
export function formatStreamList(qualities: readonly Quality[], order: 'ascending' | 'descending'): string {
  const sign = order === 'ascending' ? 1 : -1;
  const videos = qualities
    .map(({ element: of, src }) => ({ src, bitrate: bitrateOf(of), picture: pictureOf(of) }))
    .toSorted((one, other) => sign * (one.bitrate - other.bitrate))
    .map(({ src, bitrate, picture }) =>
      element('', 'video', {
        src,
        'video-bitrate': String(bitrate),
        'system-bitrate': String(bitrate),
        width: picture?.widthPx?.toString(),
        height: picture?.heightPx?.toString(),
      }),
    );
  const body = element('', 'body', {}, [element('', 'switch', {}, videos)]);
  return formatXml(element('', 'smil', {}, [element('', 'head'), body]), {}, DECLARATION);
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>';

const pictureOf = ({ streams }: ElementRow) => (streams ?? []).find(({ kind }) => kind === 'video');

/** Bits a second of picture and sound together. */
function bitrateOf({ streams, size_bytes, duration_ms }: ElementRow): number {
  const known = (streams ?? []).filter(({ kind }) => kind === 'video' || kind === 'audio');
  if (known.length > 0 && known.every(({ bitrateBps }) => bitrateBps !== undefined))
    return known.reduce((sum, { bitrateBps = 0 }) => sum + bitrateBps, 0);
  return duration_ms ? Math.round((size_bytes * 8000) / duration_ms) : 0;
}

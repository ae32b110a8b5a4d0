import { formatCutList } from '@amphi/lib/opencast/smil/write-cut-list.ts';
import { streamOf, urlOf } from '../catalogue/files.ts';
import type { ElementKind, ElementRow } from '../store/tables.ts';
import { chaptersVtt, vttOf } from './edit-captions.ts';
import { isWholeCut, keptOf, type Edit } from './edit.ts';
import {
  CAPTIONS_FLAVOR,
  CHAPTERS_FLAVOR,
  COVER_SUBTYPE,
  CUT_FLAVOR,
  typeOf,
  type Measure,
  type Source,
} from './recording.ts';

/** A file that an edit is saved as. */
export interface EditFile {
  kind: ElementKind;
  flavor: string;
  tags: string[];
  fileName: string;
  mimeType: string;
  bytes: Buffer;
}

/** A picture that was chosen as cover of a source. */
export interface Cover {
  /** Type of the source's flavor: `presenter`. */
  type: string;
  mimeType: 'image/jpeg' | 'image/png';
  bytes: Buffer;
}

/** Tags of files that stay with the recording, and of those that viewers get, as the shipped workflows publish them. */
const KEPT = ['archive'];
const SHOWN = ['archive', 'engage-download'];

/** The files of an edit. An edit without a cut, chapters or captions has none of that kind. Pure. */
export function filesOfEdit(
  edit: Edit,
  { event, sources, measure }: { event: string; sources: readonly Source[]; measure: Measure },
  covers: readonly Cover[],
): EditFile[] {
  const { durationMs } = measure;
  const text = (content: string): Buffer => Buffer.from(content, 'utf8');
  const files: EditFile[] = [];
  if (edit.segments.length > 0 && !isWholeCut(edit.segments, durationMs)) {
    const tracks = sources.map(({ source }) => ({
      id: source.id,
      src: urlOf('', source.path),
      flavor: source.flavor,
      kind: streamOf(source, 'video') ? ('video' as const) : ('audio' as const),
    }));
    const segments = keptOf(edit.segments, durationMs);
    const bytes = text(formatCutList({ mediaPackage: event, durationMs, tracks, segments }));
    files.push({
      kind: 'catalog',
      flavor: CUT_FLAVOR,
      tags: KEPT,
      fileName: 'cut.smil',
      mimeType: 'application/smil',
      bytes,
    });
  }
  if (edit.chapters.length > 0) {
    const bytes = text(chaptersVtt(edit.chapters, durationMs));
    files.push({
      kind: 'track',
      flavor: CHAPTERS_FLAVOR,
      tags: SHOWN,
      fileName: 'chapters.vtt',
      mimeType: 'text/vtt',
      bytes,
    });
  }
  for (const { language, cues } of edit.captions.filter((one) =>
    one.cues.some(({ text: said }) => said.trim() !== ''),
  )) {
    const tags = [...SHOWN, 'type:subtitle', ...(language === '' ? [] : [`lang:${language}`])];
    const fileName = language === '' ? 'captions.vtt' : `captions-${language}.vtt`;
    files.push({
      kind: 'track',
      flavor: CAPTIONS_FLAVOR,
      tags,
      fileName,
      mimeType: 'text/vtt',
      bytes: text(vttOf(cues, language)),
    });
  }
  for (const { type, mimeType, bytes } of covers) {
    const fileName = `cover.${mimeType === 'image/png' ? 'png' : 'jpg'}`;
    files.push({ kind: 'attachment', flavor: `${type}/${COVER_SUBTYPE}`, tags: SHOWN, fileName, mimeType, bytes });
  }
  return files;
}

/** Whether an edit takes the place of a file of the version before. `captions`: ids of the captions that it was shown. */
export function isOfEdit(file: ElementRow, captions: ReadonlySet<string>, covers: readonly Cover[]): boolean {
  if (file.flavor === CUT_FLAVOR || typeOf(file) === 'chapters' || captions.has(file.id)) return true;
  return covers.some(({ type }) => file.flavor === `${type}/${COVER_SUBTYPE}`);
}

/** Bytes of a cover; a larger one is refused. A picture of 4K as JPEG has fewer. */
const MOST_COVER_BYTES = 3 << 20;

/** Reads a cover from a `data:` address, as Opencast's editor sends it. Gives the mistake in words. */
export function coverIn(type: string, uri: string): Cover | { mistake: string } {
  const [, base64] = /^data:image\/[\w.+-]{1,30};base64,([A-Za-z0-9+/=\s]+)$/.exec(uri) ?? [];
  if (base64 === undefined) return { mistake: 'the cover must be a picture as data:image/jpeg;base64,…' };
  if (base64.length > MOST_COVER_BYTES * 1.4) return { mistake: `a cover has ${MOST_COVER_BYTES >> 20} MB at most` };
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.subarray(0, 3).equals(JPEG)) return { type, mimeType: 'image/jpeg', bytes };
  if (bytes.subarray(0, 8).equals(PNG)) return { type, mimeType: 'image/png', bytes };
  return { mistake: 'the cover is neither JPEG nor PNG' };
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

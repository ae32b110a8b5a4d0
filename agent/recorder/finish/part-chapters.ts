import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import type { FileChapter } from '#lib/media/file-tags.ts';
import { chapterWords } from '../catalog/chapter-words.ts';
import { isThere as isPlayable, streamOf } from '../catalog/recording.ts';

/**
 * The chapters of a part: at its beginning, at each mark and at the end of each pause. None if there is no mark and no
 * pause, since an empty chapter track is one more stream, which not every program copies.
 */
export function chaptersOf(info: Recording, part: RecordingPart): FileChapter[] {
  const stream = streamOf(info, part);
  const several = stream.parts.filter(isPlayable).length > 1 || part.number > 1;
  const title = [info.metadata.title || info.base, several ? chapterWords(info).part(part.number) : '']
    .filter(Boolean)
    .join(', ');
  const own = stream.chapters.filter(({ part: number }) => number === part.number);
  if (own.length === 0) return [];
  const marks = own.toSorted((a, b) => a.offsetMs - b.offsetMs);
  const starts = marks[0]?.offsetMs === 0 ? marks : [{ offsetMs: 0, title }, ...marks];
  return starts.map(({ offsetMs, title }, index) => ({
    startMs: offsetMs,
    endMs: Math.max(offsetMs + 1, starts[index + 1]?.offsetMs ?? part.durationMs),
    title,
  }));
}

import type { FileChapter, FileWords } from '#lib/media/file-tags.ts';
import { fileUrl, quietArgv } from './argv.ts';

/**
 * Arguments with which ffmpeg copies a fragmented MP4 to a plain MP4 with its index at the front; nothing is encoded.
 * Its standard input is the text of `ffmetadata`. The same input and the same words give the same bytes, in whichever
 * place and at whichever time, so that two machines need not send each other the file. Only a fragmented or plain MP4
 * is read, and no other file that it may name.
 */
export function finishedArgv(from: string, to: string): string[] {
  const film = ['-protocol_whitelist', 'file', '-f', 'mp4', '-i', fileUrl(from)];
  const words = ['-protocol_whitelist', 'pipe', '-f', 'ffmetadata', '-i', 'pipe:0'];
  const maps = ['-map', '0:v:0', '-map', '0:a:0?', '-map_metadata', '1', '-map_chapters', '1'];
  // Without +bitexact FFmpeg writes its version into the file.
  const copy = ['-fflags', '+bitexact', '-c', 'copy', '-movflags', '+faststart', '-movie_timescale', '90000'];
  return [...quietArgv('error'), ...film, ...words, ...maps, ...copy, '-f', 'mp4', '-y', fileUrl(to)];
}

/** Tags and chapters as text for FFmpeg (its documentation, "Metadata"). */
export function ffmetadata({ tags, chapters }: FileWords): string {
  const lines = Object.entries(tags).flatMap(([key, value]) => (value ? [`${key}=${escaped(value)}`] : []));
  return [';FFMETADATA1', ...lines, ...chapters.map(blockOf), ''].join('\n');
}

const blockOf = ({ startMs, endMs, title }: FileChapter): string =>
  `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startMs}\nEND=${endMs}\ntitle=${escaped(title)}`;

const escaped = (value: string): string => value.replaceAll('\0', '').replaceAll(/[=;#\\\n]/g, String.raw`\$&`);

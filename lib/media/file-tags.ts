/** Words that a media file carries besides its streams. */

/** Tags of a file, by FFmpeg's names. */
export interface Tags {
  title: string;
  artist: string;
  album: string;
  date: string;
  comment: string;
  description: string;
  copyright: string;
  keywords: string;
  network: string;
  creation_time: string;
}

/** Names of all tags. */
export const TAG_NAMES = [
  'title',
  'artist',
  'album',
  'date',
  'comment',
  'description',
  'copyright',
  'keywords',
  'network',
  'creation_time',
] as const satisfies readonly (keyof Tags)[];

/** A chapter of a file. */
export interface FileChapter {
  startMs: number;
  endMs: number;
  title: string;
}

/** Tags and chapters of a file. */
export interface FileWords {
  tags: Partial<Tags>;
  chapters: readonly FileChapter[];
}

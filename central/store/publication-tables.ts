import type { ColumnType, Generated } from 'kysely';
import type { Maybe, MaybeTime, Time } from './columns.ts';

/** Publications: those of now, and former ones (`ended_at`), which readers may still have open. */
export interface PublicationsTable {
  id: string;
  /** Event that is published; a publication that was taken back outlives its event. */
  event: string;
  /** Channel by Opencast's name: `engage-player` is what viewers see, `internal` what the editor shows. */
  channel: string;
  version: number;
  /** Run that made it. */
  workflow: Maybe<number>;
  /** Address where it is seen; one that begins with `/` is on this server. */
  url: string;
  mime_type: Generated<string>;
  made_at: Time;
  /** Time at which it was replaced or taken back; null: it is what is published now. */
  ended_at: MaybeTime;
  /** Whether it was taken back: it has no elements any more. */
  is_retracted: Generated<boolean>;
}

/** What elements of publications have besides the columns of files. */
export interface PublicationElementColumns {
  publication: string;
  /** Address of an element that another server streams; its path is that of its list below the folder of streams. */
  url: Maybe<string>;
  /** Protocol of such an element: `HLS`, `DASH`. */
  transport: Maybe<string>;
  /** Renditions and sounds whose files a film needs that is a list: they are kept as long as the element is there. */
  renditions: Generated<number[]>;
  sounds: Generated<string[]>;
}

/** Files of publications in the folder of a streaming server. */
export interface PublicationStreamsTable {
  publication: string;
  /** Path below that folder. */
  path: string;
  /** Content of a list (`.smil`); null: it is a film. */
  content: Maybe<string>;
}

/** Changes of who may read what is published: what harvesters are told as deleted, and as there again. */
export interface PublicationReadersTable {
  event: string;
  channel: string;
  role: string;
  /** Whether the role may read it since; false: it could read it before. */
  reads: boolean;
  /** Series that the event was of when that changed. */
  series: Maybe<string>;
  changed_at: Time;
}

/** Texts of slides, captions and chapters of publications, with their times in ms. */
export interface PublicationTextsTable {
  publication: string;
  position: number;
  kind: 'slide' | 'caption' | 'chapter';
  /** Element that the text is from. */
  element: string;
  start_ms: number;
  duration_ms: number;
  text: string;
  /** Words of the text, for PostgreSQL's search. */
  words: ColumnType<string, string, never>;
}

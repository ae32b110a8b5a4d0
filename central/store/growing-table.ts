import type { ColumnType, Generated, Selectable } from 'kysely';
import type { FileWords } from '@amphi/lib/media/file-tags.ts';
import type { Maybe, MaybeTime, Time } from './columns.ts';

/** Files that agents send while they are recorded, until their recording is ingested. */
export interface GrowingUploadsTable {
  /** Id of the upload; it names its files in the media folder. */
  id: string;
  /** Event that is recorded, which need not exist here; null: the recording was started by hand. */
  event: Maybe<string>;
  /** Agent of the account that sends it; null: the account is not only for one. */
  agent: Maybe<string>;
  account: string;
  /** Id of the recording at its agent. */
  recording: string;
  flavor: string;
  file_name: string;
  /** Bytes that are on the disk. */
  size_bytes: Generated<number>;
  /** Length of the whole, once the agent has told it. */
  length_bytes: Maybe<number>;
  /** How the finished file is made; null: not known yet. */
  made_of: ColumnType<MadeOf | null, string | null | undefined, string | null>;
  /** The finished file; null: it is not made yet. */
  sha256: Maybe<string>;
  md5: Maybe<string>;
  made_bytes: Maybe<number>;
  /** Reason why no finished file can be made. */
  problem: Maybe<string>;
  /** Time at which it became an element of a media package. */
  taken_at: MaybeTime;
  created_at: Time;
  /** Time of the last bytes: an upload that is not gone on with for a week is removed. */
  touched_at: Time;
}

/** What an agent tells of a file while it grows: the same texts as it hands over with the recording, with the file's own times. */
export interface GrowingTracksTable {
  upload: string;
  /** Where the channels are in the picture. */
  layout: string;
  /** Slides that were found so far. */
  slides: string;
  /** Slides from the first one on whose texts were read. */
  slides_read: Generated<number>;
  /** Time until which a worker reads them, or died while it did; null: none does. */
  leased_until: MaybeTime;
}

/** Texts that were read of pictures of an event. */
export interface ReadTextsTable {
  event: string;
  /** Digest of all that decides what is read: picture, languages, known words. */
  key: Buffer;
  text: string;
  /** Time at which it was wanted last. */
  used_at: Time;
}

/** How a finished file is made of an upload: of its first bytes, with these tags and chapters. */
export interface MadeOf {
  bytes: number;
  words: FileWords;
}

export type GrowingUploadRow = Selectable<GrowingUploadsTable>;

import { z } from 'zod';
import { TAG_NAMES } from '@amphi/lib/media/file-tags.ts';
import { troubleInText } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { safeFileName } from '../../store/media-store.ts';

/** Metadata of a new upload. */
export interface UploadMetadata {
  /** Event that is recorded; undefined: the recording was started by hand. */
  event: string | undefined;
  /** Id of the recording at its agent. */
  recording: string;
  flavor: string;
  fileName: string;
}

const ID = z.string().regex(/^[\w.:;()-]{1,128}$/, 'must be 1 to 128 letters, digits or -_.:;()');
const metadata = z.object({
  event: ID.optional(),
  recording: ID,
  flavor: z.string().regex(/^[\w+*.-]{1,100}\/[\w+*.-]{1,100}$/, 'must be a flavor such as presenter/source'),
  filename: z
    .string()
    .min(1)
    .max(255)
    .refine((text) => troubleInText(text) === undefined, 'must be the name of a file'),
});

/** Keys of `Upload-Metadata` that are read; others are ignored. */
const KEYS = ['event', 'recording', 'flavor', 'filename'] as const;

/** Reads the metadata of a new upload. Throws BadRequest, with what would be right. */
export function metadataIn(given: Readonly<Record<string, string | null>> | undefined): UploadMetadata {
  const own = KEYS.flatMap((key): [string, string][] => {
    const value: unknown = given && Object.getOwnPropertyDescriptor(given, key)?.value;
    return typeof value === 'string' && value !== '' ? [[key, value]] : [];
  });
  const parsed = metadata.safeParse(Object.fromEntries(own));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BadRequest(`Upload-Metadata: ${String(issue?.path[0])} ${issue?.message ?? 'is wrong'}`);
  }
  const { event, recording, flavor, filename } = parsed.data;
  return { event, recording, flavor, fileName: safeFileName(filename) };
}

/** Characters of a tag or of the title of a chapter; a longer one is refused. */
const MOST_TEXT = 10_000;
/** Chapters of a file; one with more is refused. */
const MOST_CHAPTERS = 5000;
const TEN_DAYS_MS = 10 * 86_400_000;

const text = z.string().max(MOST_TEXT);
const timeMs = z.int().min(0).max(TEN_DAYS_MS);

/** What an agent tells of a file that has ended: of how many bytes the finished file is made, and with which words. */
export const endSchema = z.strictObject({
  bytes: z.int().positive().max(Number.MAX_SAFE_INTEGER),
  tags: z.strictObject(Object.fromEntries(TAG_NAMES.map((name) => [name, text.optional()]))),
  chapters: z.array(z.strictObject({ startMs: timeMs, endMs: timeMs, title: text })).max(MOST_CHAPTERS),
  /** Checksum of the agent's finished file; undefined: the agent is still making it. */
  sha256: z
    .string()
    .regex(/^[\da-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
});

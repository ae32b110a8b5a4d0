import { z } from 'zod';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { readCues } from '../../../editing/edit-captions.ts';
import { edit as shape, type Edit, type EditCaptions, type EditCue } from '../../../editing/edit.ts';
import { coverIn, type Cover } from '../../../editing/edit-files.ts';
import type { Recording, Source } from '../../../editing/recording.ts';
import type { ElementRow } from '../../../store/tables.ts';

const stream = z.looseObject({ enabled: z.boolean().optional() }).nullish();
const text = z.looseObject({
  id: z.string().max(200),
  subtitle: z.string().nullish(),
  tags: z.array(z.string().max(200)).max(100).nullish(),
  deleted: z.boolean().nullish(),
});
const time = z.number().min(0).max(1e12).transform(Math.round);

/** What `POST /editor/{id}/edit.json` takes (facts/opencast 3.15). Unknown fields are ignored: clients send back all they got. */
const body = z.looseObject({
  segments: z.array(z.looseObject({ start: time, end: time, deleted: z.boolean().nullish() })),
  tracks: z.array(
    z.looseObject({
      id: z.string().max(200),
      flavor: z.looseObject({ type: z.string().max(200) }).nullish(),
      audio_stream: stream,
      video_stream: stream,
      thumbnailURI: z.string().nullish(),
    }),
  ),
  workflows: z.array(z.looseObject({ id: z.string().max(200) })).nullish(),
  subtitles: z.array(text).nullish(),
  chapters: z.array(text).nullish(),
  metadataJSON: z.string().nullish(),
});

type Sent = z.output<typeof body>;

/** An edit that was sent, and what else is to be done. */
export interface EditSent {
  edit: Edit;
  covers: Cover[];
  configuration: Record<string, string>;
  /** Workflow that is to begin; undefined: none. */
  workflow: string | undefined;
  /** Descriptions as a text; undefined: they stay. */
  metadata: string | undefined;
}

/** Reads an edit. `saved` is the one of before: what is not sent stays as it is there. Throws BadRequest. */
export async function editSent(
  value: unknown,
  { recording, sources, saved }: { recording: Recording; sources: readonly Source[]; saved: Edit },
): Promise<EditSent> {
  const trouble = troubleIn('the edit', value);
  if (trouble) throw new BadRequest(trouble);
  const read = body.safeParse(value);
  if (!read.success)
    throw new BadRequest(
      read.error.issues.map(({ path, message }) => `${path.join('.') || 'the edit'}: ${message}`).join('; '),
    );
  const sent = read.data;
  const typeNamed = (track: Sent['tracks'][number]): string => {
    const type = sources.find(({ source, shown }) => source.id === track.id || shown.id === track.id)?.type;
    if (type === undefined) throw new BadRequest(`there is no track ${track.id} in this event`);
    return type;
  };
  const captions = sent.subtitles
    ? await captionsSent(sent.subtitles, saved.captions, recording.files)
    : saved.captions;
  const chapters = sent.chapters ? await chaptersSent(sent.chapters) : saved.chapters;
  const segments = sent.segments.map(({ start, end, deleted }) => ({ start, end, deleted: deleted ?? false }));
  return {
    edit: checked({ ...saved, segments, captions, chapters }),
    covers: sent.tracks.flatMap((track) => coverSent(typeNamed(track), track.thumbnailURI ?? '')),
    configuration: Object.fromEntries(
      sent.tracks.flatMap((track) => {
        const type = typeNamed(track);
        return [
          [`hide_${type}_audio`, String(track.audio_stream?.enabled === false)],
          [`hide_${type}_video`, String(track.video_stream?.enabled === false)],
        ];
      }),
    ),
    workflow: sent.workflows?.[0]?.id,
    metadata: sent.metadataJSON?.trim() || undefined,
  };
}

function checked(value: Edit): Edit {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw new BadRequest(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

/** The cover of a track: only a picture in the request is new, an address is that of the cover of before. */
function coverSent(type: string, uri: string): Cover[] {
  if (!uri.startsWith('data:')) return [];
  const cover = coverIn(type, uri);
  if ('mistake' in cover) throw new BadRequest(cover.mistake);
  return [cover];
}

/** Captions after a change: those that are not named stay. */
async function captionsSent(
  sent: NonNullable<Sent['subtitles']>,
  saved: readonly EditCaptions[],
  files: readonly ElementRow[],
): Promise<EditCaptions[]> {
  const named = new Set(sent.map(({ id }) => id));
  const changed: EditCaptions[] = [];
  for (const { id, subtitle, tags, deleted } of sent) {
    if (deleted) continue;
    const known = saved.find((one) => one.id === id);
    const told = (tags ?? files.find((one) => one.id === id)?.tags ?? []).find((one) => one.startsWith('lang:'));
    const language = told?.slice(5) ?? known?.language ?? '';
    changed.push({ id: known ? id : null, language, cues: await cuesSent(id, subtitle ?? '') });
  }
  return [...saved.filter(({ id }) => id !== null && !named.has(id)), ...changed];
}

/** Captions of a text. Unlike a file that a person brings, it must be right as a whole: an editor wrote it. */
async function cuesSent(name: string, text: string): Promise<EditCue[]> {
  const read = await readCues(Buffer.from(text, 'utf8'));
  if ('mistake' in read) throw new BadRequest(`subtitles ${name}, line ${read.line ?? 1}: ${read.mistake}`);
  const [note] = read.notes;
  if (note !== undefined) throw new BadRequest(`subtitles ${name}, ${note}`);
  return read.cues;
}

async function chaptersSent(sent: NonNullable<Sent['chapters']>): Promise<Edit['chapters']> {
  const chapters: Edit['chapters'] = [];
  for (const { id, subtitle, deleted } of sent) {
    const cues = deleted ? [] : await cuesSent(id, subtitle ?? '');
    chapters.push(...cues.map(({ start, text }) => ({ start, title: text.replaceAll('\n', ' ').slice(0, 200) })));
  }
  return chapters;
}

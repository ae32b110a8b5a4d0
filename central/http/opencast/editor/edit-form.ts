import { z } from 'zod';
import { troubleIn } from '@amphi/lib/runtime/texts/foreign-text.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { readCaptions } from '../../../editing/captions-text.ts';
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
export function editSent(
  value: unknown,
  { recording, sources, saved }: { recording: Recording; sources: readonly Source[]; saved: Edit },
): EditSent {
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
  const captions = sent.subtitles ? captionsSent(sent.subtitles, saved.captions, recording.files) : saved.captions;
  const chapters = sent.chapters ? chaptersSent(sent.chapters) : saved.chapters;
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
function captionsSent(
  sent: NonNullable<Sent['subtitles']>,
  saved: readonly EditCaptions[],
  files: readonly ElementRow[],
): EditCaptions[] {
  const named = new Set(sent.map(({ id }) => id));
  const changed = sent.flatMap(({ id, subtitle, tags, deleted }): EditCaptions[] => {
    if (deleted) return [];
    const known = saved.find((one) => one.id === id);
    const told = (tags ?? files.find((one) => one.id === id)?.tags ?? []).find((one) => one.startsWith('lang:'));
    const language = told?.slice(5) ?? known?.language ?? '';
    return [{ id: known ? id : null, language, cues: cuesSent(id, subtitle ?? '') }];
  });
  return [...saved.filter(({ id }) => id !== null && !named.has(id)), ...changed];
}

function cuesSent(name: string, text: string): EditCue[] {
  const read = readCaptions(Buffer.from(text, 'utf8'));
  if ('cues' in read) return read.cues;
  throw new BadRequest(`subtitles ${name}, line ${read.line}: ${read.mistake}`);
}

const chaptersSent = (sent: NonNullable<Sent['chapters']>): Edit['chapters'] =>
  sent
    .filter(({ deleted }) => !deleted)
    .flatMap(({ id, subtitle }) => cuesSent(id, subtitle ?? ''))
    .map(({ start, text: title }) => ({ start, title: title.replaceAll('\n', ' ').slice(0, 200) }));

import { z } from 'zod';
import { streamOf } from '../../catalogue/files.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { dropDraft, draftOf, keepDraft, type Draft } from '../../editing/drafts.ts';
import { edit } from '../../editing/edit.ts';
import { shownEdit } from '../../editing/shown-edit.ts';
import { coverIn, type Cover } from '../../editing/edit-files.ts';
import { savedEdit, silencesOf, slidesOf } from '../../editing/edit-shown.ts';
import { lockOf } from '../../editing/locks.ts';
import { mayEdit } from '../../editing/may-edit.ts';
import {
  fitsNewest,
  measureOf,
  partsOf,
  recordingOf,
  sourcesOf,
  subtypeOf,
  typeOf,
  type Measure,
  type Recording,
  type Source,
} from '../../editing/recording.ts';
import { timelineSprite } from '../../editing/timeline-sprite.ts';
import { saveEdit, type EditSaved } from '../../editing/save-edit.ts';
import type { Database } from '../../store/connect.ts';
import type { ElementRow } from '../../store/tables.ts';
import { whoOf } from '../http-access.ts';
import { elementPath } from '../opencast/editor/element-routes.ts';
import { lockJson } from '../opencast/editor/lock-routes.ts';
import { editWorkflows, publishEdit, whyNotPublished } from '../opencast/editor/publish-edit.ts';
import { apiRoute, refused, type AnyRoute, type Asking } from './route.ts';

/** Roles that may edit; whether they may edit the event is asked of its access list. */
const EDITORS = ['scheduler', 'viewer'] as const;
const NOT_YOURS = 'you may not edit this event: its access list must allow you to write';
const NOT_RECORDED = 'nothing was recorded of this event yet: it can be edited when its recording is here';

const byId = z.strictObject({ id: z.string().min(1) });
const cover = z.strictObject({ type: z.string().min(1).max(200), uri: z.string().max(5_000_000) });
const toSave = z.strictObject({
  edit,
  base: z.int().min(0),
  covers: z.array(cover).max(10).default([]),
  workflow: z.string().min(1).max(200).optional(),
});

async function mayNot({ services, request }: Asking, id: string) {
  const may = await mayEdit(services.database, { who: whoOf(request), roles: request.runRoles }, id);
  return may ? undefined : refused(403, NOT_YOURS);
}

const keyOf = ({ request }: Asking, event: string) => ({ event, account: whoOf(request).name });

export const editRows: readonly AnyRoute[] = [
  apiRoute({
    id: 'getEdit',
    method: 'GET',
    path: '/events/{id}/edit',
    summary: 'What the editor shows: sources, cut, chapters, captions, the draft of the caller, and who else edits',
    access: EDITORS,
    params: byId,
    query: z.strictObject({ window: z.string().max(100).optional() }),
    answer: shownEdit,
    async run({ params: { id }, query: { window }, ...asking }) {
      const { database, store } = asking.services;
      const no = await mayNot(asking, id);
      if (no) return no;
      const [event, recording] = await Promise.all([findEvent(database, id), recordingOf(database, id)]);
      if (!event) return refused(404, `there is no event ${id}`);
      if (!recording) return refused(409, NOT_RECORDED);
      const sources = sourcesOf(recording);
      const measure = measureOf(sources);
      const [silences, slides, kept, lock] = await Promise.all([
        silencesOf(store, recording, measure),
        slidesOf(store, recording, measure),
        draftOf(database, keyOf(asking, id)),
        lockOf(asking.services, id, window),
      ]);
      const { title, series, starts_at: startsAt } = event;
      return {
        event: { id, title, series, startsAt: startsAt?.toISOString() ?? null },
        account: whoOf(asking.request).name,
        version: recording.version,
        ...measure,
        parts: partsOf(recording),
        sources: sources.map((one) => sourceJson(id, one, recording)),
        waveforms: waveformsOf(recording).map((one) => ({
          type: typeOf(one),
          url: elementPath(id, one),
          mimeType: one.mime_type,
        })),
        sprite: spriteJson(id, recording, sources, measure),
        silences: silences?.map(({ fromMs, toMs }) => ({ start: fromMs, end: toMs })) ?? null,
        slides: slides ?? null,
        saved: await savedEdit(store, event, recording, measure),
        draft: kept ? await draftJson(database, recording, kept) : null,
        lock: lock && !lock.isOwn ? lockJson(lock) : null,
        workflows: editWorkflows(asking.services).map((one) => ({ id: one.id, title: one.title })),
        isProcessed: recording.processedBy !== undefined,
      };
    },
  }),
  apiRoute({
    id: 'saveEdit',
    method: 'POST',
    path: '/events/{id}/edit',
    summary:
      'Save an edit as a new version of the event, and begin a workflow if one is named. `notPublished` says why that did not begin although the edit is saved',
    access: EDITORS,
    params: byId,
    body: toSave,
    refusals: [409, 423],
    answer: z.object({
      version: z.number(),
      workflow: z.number().nullable(),
      /** Why the workflow did not begin, although the edit is saved. */
      notPublished: z.string().optional(),
    }),
    async run({ params: { id }, body, ...asking }) {
      const { services, request } = asking;
      const no = await mayNot(asking, id);
      if (no) return no;
      const covers: Cover[] = [];
      for (const { type, uri } of body.covers) {
        const read = coverIn(type, uri);
        if ('mistake' in read) return refused(400, read.mistake);
        covers.push(read);
      }
      const recording = await recordingOf(services.database, id);
      if (body.workflow !== undefined && recording) {
        const why = whyNotPublished(services, recording, body.workflow);
        if (why) return refused(why.status, why.text);
      }
      const who = whoOf(request);
      const saved = await saveEdit(services, { event: id, who, edit: body.edit, base: body.base, covers });
      if (saved.kind !== 'done') return notSaved(saved, id);
      const { version } = saved;
      if (body.workflow === undefined) return { version, workflow: null };
      const begun = await publishEdit(services, { event: id, workflow: body.workflow, who });
      return typeof begun === 'number'
        ? { version, workflow: begun }
        : { version, workflow: null, notPublished: begun.why };
    },
  }),
  apiRoute({
    id: 'keepDraft',
    method: 'PUT',
    path: '/events/{id}/draft',
    summary: 'Keep an edit that is not saved yet; refused with 409 if another window of the caller changed it',
    access: EDITORS,
    params: byId,
    body: z.strictObject({ edit: edit, base: z.int().min(0), revision: z.int().min(0) }),
    refusals: [409],
    answer: z.object({ revision: z.number(), changedAt: z.string() }),
    async run({ params: { id }, body, ...asking }) {
      const { database } = asking.services;
      const no = await mayNot(asking, id);
      if (no) return no;
      if (!(await findEvent(database, id))) return refused(404, `there is no event ${id}`);
      const kept = await keepDraft(database, keyOf(asking, id), body);
      if (kept.kind === 'changed')
        return refused(409, `another window changed this draft at ${timeOf(kept.changedAtMs)}`);
      return { revision: kept.revision, changedAt: timeOf(kept.changedAtMs) };
    },
  }),
  apiRoute({
    id: 'dropDraft',
    method: 'DELETE',
    path: '/events/{id}/draft',
    summary: 'Throw away an edit that is not saved',
    access: EDITORS,
    params: byId,
    async run({ params: { id }, ...asking }) {
      const no = await mayNot(asking, id);
      if (no) return no;
      await dropDraft(asking.services.database, keyOf(asking, id));
      return undefined;
    },
  }),
];

const draftJson = async (
  database: Database,
  recording: Recording,
  { edit: content, base, revision, changedAtMs }: Draft,
) => ({
  edit: content,
  base,
  revision,
  changedAt: timeOf(changedAtMs),
  isOutdated: !(await fitsNewest(database, recording, base)),
});

const timeOf = (ms: number): string => new Date(ms).toISOString();

function notSaved(saved: Exclude<EditSaved, { kind: 'done' }>, id: string) {
  if (saved.kind === 'missing') return refused(404, `there is no event ${id}`);
  if (saved.kind === 'not recorded') return refused(409, NOT_RECORDED);
  const by = saved.by === null ? 'somebody' : saved.by;
  return refused(409, `${by} changed this recording at ${timeOf(saved.atMs)}: version ${saved.version} is the newest`);
}

function sourceJson(event: string, { type, source: recorded, shown }: Source, { files }: Recording) {
  const video = streamOf(shown, 'video');
  const picture = files.find((one) => one.flavor === `${type}/player+preview` && one.kind === 'attachment');
  return {
    type,
    id: recorded.id,
    url: elementPath(event, shown),
    sourceUrl: elementPath(event, recorded),
    mimeType: shown.mime_type,
    isPreview: shown !== recorded,
    hasVideo: video !== undefined,
    hasAudio: streamOf(shown, 'audio') !== undefined,
    widthPx: video?.widthPx ?? null,
    heightPx: video?.heightPx ?? null,
    coverUrl: picture ? elementPath(event, picture) : null,
  };
}

function spriteJson(event: string, recording: Recording, sources: readonly Source[], measure: Measure) {
  const type = sources.find(({ shown }) => streamOf(shown, 'video') !== undefined)?.type;
  const found = type === undefined ? undefined : timelineSprite(recording, type, measure);
  if (!found) return null;
  const { element, ...sprite } = found;
  return { ...sprite, url: elementPath(event, element) };
}

/** Waveforms of a recording: pictures, or peaks as JSON. */
const waveformsOf = ({ elements }: Recording): ElementRow[] =>
  elements.filter((one) => subtypeOf(one) === 'waveform' && /^(image\/png|application\/json)/.test(one.mime_type));

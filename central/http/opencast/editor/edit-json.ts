import { randomUUID } from 'node:crypto';
import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { streamOf } from '../../../catalogue/files.ts';
import type { ListedEvent } from '../../../catalogue/list-events.ts';
import { chaptersVtt, vttOf } from '../../../editing/edit-captions.ts';
import { isWholeCut, type Edit } from '../../../editing/edit.ts';
import { REFRESH_MS } from '../../../editing/locks.ts';
import {
  COVER_SUBTYPE,
  subtypeOf,
  typeOf,
  type Measure,
  type Recording,
  type Source,
} from '../../../editing/recording.ts';
import type { ElementRow } from '../../../store/tables.ts';
import type { Definition } from '@amphi/lib/opencast/workflows/definition.ts';

/** What the answer is made of. */
export interface ShownEdit {
  event: ListedEvent;
  recording: Recording;
  sources: readonly Source[];
  measure: Measure;
  edit: Edit;
  workflows: readonly Definition[];
  /** Account that asks. */
  account: string;
  /** URL of a file. */
  urlOf: (element: ElementRow) => string;
}

/** The answer of `GET /editor/{id}/edit.json` (facts/opencast 3.15). */
export function editJson({ event, recording, sources, measure, edit, workflows, account, urlOf }: ShownEdit): object {
  const { elements } = recording;
  const hides = (type: string, kind: 'audio' | 'video'): boolean =>
    Object.entries(event.workflow_configuration).some(
      ([key, value]) => key === `hide_${type}_${kind}` && value === 'true',
    );
  const pictureOf = (type: string, subtype: string): string | null => {
    const found = elements.find(
      (one) => typeOf(one) === type && subtypeOf(one) === subtype && one.kind === 'attachment',
    );
    return found ? urlOf(found) : null;
  };
  const tracks = sources.map(({ type, source, shown }, n) => ({
    id: source.id,
    uri: urlOf(shown),
    flavor: { type, subtype: subtypeOf(source) },
    audio_stream: {
      available: streamOf(shown, 'audio') !== undefined,
      enabled: !hides(type, 'audio'),
      thumbnail_uri: null,
    },
    video_stream: {
      available: streamOf(shown, 'video') !== undefined,
      enabled: !hides(type, 'video'),
      thumbnail_uri: pictureOf(type, 'video+preview'),
    },
    thumbnailURI: pictureOf(type, COVER_SUBTYPE),
    thumbnailPriority: n,
  }));
  const startsAt = event.starts_at ?? event.created_at;
  return {
    title: event.title,
    date: w3cOf(startsAt.getTime()),
    duration: measure.durationMs,
    series: { id: event.series, title: event.seriesTitle },
    segments: isWholeCut(edit.segments, measure.durationMs)
      ? []
      : edit.segments.map((one) => ({ ...one, selected: false })),
    workflows: workflows.map(({ id, title, displayOrder, description }) => ({
      id,
      name: title,
      displayOrder,
      description,
    })),
    tracks,
    waveformURIs: elements.filter((one) => subtypeOf(one) === 'waveform').map(urlOf),
    subtitles: edit.captions.map(({ id, cues }) => ({
      id,
      subtitle: vttOf(cues),
      tags: recording.files.find((one) => one.id === id)?.tags ?? [],
      deleted: false,
    })),
    chapters: chaptersJson(recording, edit, measure),
    workflow_active: recording.processedBy !== undefined,
    locking_active: true,
    lock_refresh: REFRESH_MS,
    lock_uuid: randomUUID(),
    lock_user: account,
    local: true,
    metadataJSON: '',
  };
}

/** Chapters as WebVTT, where the recording has a file of them: the editor sends it back under its id. */
function chaptersJson({ files }: Recording, { chapters }: Edit, { durationMs }: Measure): object[] {
  const file = files.find((one) => typeOf(one) === 'chapters');
  return file ? [{ id: file.id, subtitle: chaptersVtt(chapters, durationMs), tags: file.tags, deleted: false }] : [];
}

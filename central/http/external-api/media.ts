import type { ElementRow, Stream } from '../../store/tables.ts';
import type { RouteModule } from '../services.ts';
import { filesOf, urlOf } from '../../catalogue/files.ts';
import { EVENT_READERS } from './base.ts';
import { findEvent } from '../../catalogue/list-events.ts';
import { notFound } from './replies.ts';

type ById = { Params: { id: string } };

/** Serves `/api/events/{id}/media`: recordings as they came. */
export const mediaApi: RouteModule = (app, services) => {
  const { database } = services;
  app.get<ById>('/api/events/:id/media', EVENT_READERS, async (request, reply) => {
    const { id } = request.params;
    const event = await findEvent(database, id);
    if (!event) return notFound(reply, `Cannot find an event with id '${id}'.`);
    const files = await filesOf(database, id, event.newestVersion ?? 0);
    const tracks = files
      .filter(({ kind }) => kind === 'track')
      .toSorted((one, other) => (one.flavor < other.flavor ? -1 : 1));
    return tracks.map((track) => trackJson(track, services.urlFor(request)));
  });
};

/** Track of `/api/events/{id}/media`. */
export function trackJson(file: ElementRow, base: string): object {
  const uri = urlOf(base, file.path);
  const streams = file.streams ?? [];
  const has = (kind: Stream['kind']): boolean => streams.some((stream) => stream.kind === kind);
  return {
    identifier: file.id,
    flavor: file.flavor,
    mimetype: file.mime_type,
    size: file.size_bytes,
    tags: file.tags,
    duration: file.duration_ms ?? 0,
    streams: Object.fromEntries([...streamsOf(streams, 'video'), ...streamsOf(streams, 'audio')]),
    checksum: `${file.md5} (md5)`,
    description: '',
    has_audio: has('audio'),
    has_video: has('video'),
    is_master_playlist: false,
    is_live: false,
    'element-description': '',
    uri,
  };
}

const streamsOf = (streams: readonly Stream[], kind: 'video' | 'audio'): [string, object][] =>
  streams
    .filter((stream) => stream.kind === kind)
    .map((stream, n) => [`${kind}-${n + 1}`, { identifier: `${kind}-${n + 1}`, ...technicalOf(stream) }]);

const technicalOf = (stream: Stream): object => ({
  format: stream.codec,
  ...(stream.bitrateBps === undefined ? {} : { bitrate: stream.bitrateBps }),
  ...(stream.frames === undefined ? {} : { framecount: stream.frames }),
  ...(stream.kind === 'video'
    ? { framewidth: stream.widthPx, frameheight: stream.heightPx, framerate: stream.framesPerSecond }
    : { channels: stream.channels, samplingrate: stream.sampleRateHz }),
});

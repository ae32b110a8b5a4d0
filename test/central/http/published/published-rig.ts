import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { probe } from '#central/store/probe.ts';
import { openPublisher, type PublisherNeeds } from '#central/publication/publisher.ts';
import { mimeTypeOf } from '#central/store/mime.ts';
import type { ElementRow } from '#central/store/tables.ts';
import type { Publisher } from '#central/workflows/run/operation.ts';
import type { IngestRig } from '../../ingest-rig.ts';

/** A file that is to be published. */
export interface FileToPublish {
  name: string;
  flavor: string;
  content: string | Buffer;
  tags?: string[];
  more?: Partial<ElementRow>;
}

/** Publishes events of a server, as a run does. */
export interface PublishingRig {
  publisher: Publisher;
  publish(event: string, files: readonly FileToPublish[], channel?: string): Promise<string>;
  retract(event: string, channel?: string): Promise<boolean>;
}

let runs = 1000;

export function openPublishingRig({ rig }: IngestRig, more: Partial<PublisherNeeds> = {}): PublishingRig {
  const { database, store, ffprobe } = rig.services;
  const publisher = openPublisher({ database, store, ...more });
  const told = { signal: new AbortController().signal, log: () => undefined, progress: () => undefined };
  const elementOf = async ({ name, flavor, content, tags = [], more: given }: FileToPublish): Promise<ElementRow> => {
    const id = crypto.randomUUID();
    const path = `made/${id}/${name}`;
    await mkdir(dirname(store.at(path)), { recursive: true });
    await writeFile(store.at(path), content);
    const mimeType = mimeTypeOf(name);
    const isMedia = /^(video|audio)\//.test(mimeType) && content !== '';
    const probed = isMedia ? await probe(ffprobe, store.at(path)) : undefined;
    const facts = probed && 'streams' in probed ? probed : { streams: null, durationMs: null };
    return {
      id,
      kind:
        /^(video|audio)\//.test(mimeType) || flavor.startsWith('captions/')
          ? 'track'
          : /xml/.test(mimeType)
            ? 'catalog'
            : 'attachment',
      flavor,
      tags,
      file_name: name,
      path,
      mime_type: mimeType,
      size_bytes: Buffer.byteLength(content),
      md5: createHash('md5').update(content).digest('hex'),
      start_ms: null,
      duration_ms: facts.durationMs,
      streams: facts.streams,
      problem: null,
      ...given,
    };
  };
  return {
    publisher,
    async publish(event, files, channel = 'engage-player') {
      const all = await Promise.all(files.map(elementOf));
      const streams = all.filter(({ tags }) => tags.includes('engage-streaming'));
      const downloads = all.filter(
        ({ tags }) => !tags.includes('engage-streaming') || tags.includes('engage-download'),
      );
      const ready = await publisher.prepare(
        { event, version: 1, workflow: runs++, channel, downloads, streams },
        { ...told, pathOf: ({ path }) => Promise.resolve(store.at(path)) },
      );
      await database.transaction().execute((within) => ready.settle(within));
      return ready.id;
    },
    retract: (event, channel = 'engage-player') => publisher.retract({ event, channel }, told),
  };
}

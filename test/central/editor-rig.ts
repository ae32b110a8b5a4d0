import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { addTrack } from '#central/intake/add-track.ts';
import { placeElement } from '#central/intake/elements.ts';
import type { Workflows } from '#central/workflows/workflows.ts';
import type { ElementKind } from '#central/store/tables.ts';
import { keepElements } from '#central/workflows/run/elements.ts';
import { makeTimelinePreviews } from '#lib/analysis/pictures/timeline-previews.ts';
import { formatCutList } from '#lib/opencast/smil/write-cut-list.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { PATIENCE_MS } from '#test/support/until.ts';
import { openIngestRig, type IngestRig } from './ingest-rig.ts';
import { handOver } from './http/opencast/recorded-rig.ts';

/** A film whose pictures say their number: eight bars, the first one is the bit of 1. */
export const FILM = { seconds: 10, rate: 25, frames: 250, silence: { start: 3000, end: 8000 } };

/** Films by their flavors; the camera has sound, which is silent for five seconds. */
export async function filmOf(on: IngestRig, type: 'presenter' | 'presentation'): Promise<string> {
  const path = join(on.rig.services.config.data, `${type}.mp4`);
  const { seconds, rate, silence } = FILM;
  const bars = String.raw`geq=lum='16+219*mod(floor(N/pow(2\,floor(X/40)))\,2)':cb=128:cr=128`;
  const sound = String.raw`aevalsrc=if(between(t\,${silence.start / 1000}\,${silence.end / 1000})\,0\,0.3*sin(2764*t)):d=${seconds}`;
  const argv = [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    `color=s=320x180:r=${rate}:d=${seconds},${bars}`,
    ...(type === 'presenter' ? ['-f', 'lavfi', '-i', sound, '-c:a', 'aac'] : []),
    ...'-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -movflags +faststart'.split(' '),
    path,
  ];
  const { code, reason } = await runProgram('ffmpeg', argv, { timeoutMs: PATIENCE_MS });
  assert.equal(code, 0, reason);
  return path;
}

/** Adds a film, or captions, to an event that is recorded. */
export async function addFile(
  on: IngestRig,
  event: string,
  file: { bytes: Buffer; flavor: string; name: string; tags?: string[] },
): Promise<void> {
  const { services } = on.rig;
  const received = await services.store.receive(Readable.from([file.bytes]));
  const who = { account: 1, name: 'admin', role: 'admin' as const, agent: null, address: '127.0.0.1' };
  const kind: ElementKind = 'track';
  const element = { ...received, kind, flavor: file.flavor, tags: file.tags ?? [], fileName: file.name };
  const done = await addTrack(services, { event, received: element, replaces: false, who });
  assert.equal(done.kind, 'done');
}

/** A lecture of two films with numbered pictures: `event` is its id. */
export async function recordLecture(on: IngestRig, event: string, acl: { role: string; action: string }[] = []) {
  on.movie = await readFile(await filmOf(on, 'presenter'));
  const workflow = await handOver(on, { id: event, acl, terms: { title: 'Anatomie', creator: 'M. Durand' } });
  const bytes = await readFile(await filmOf(on, 'presentation'));
  await addFile(on, event, { bytes, flavor: 'presentation/source', name: 'slides.mp4' });
  // No worker runs here: what began with the recording has ended.
  await endWorkflows(on, event);
  return workflow;
}

/** Ends the workflows of an event, as a worker would. */
export async function endWorkflows(on: IngestRig, event: string): Promise<void> {
  await on.rig.services.database
    .updateTable('workflows')
    .set({ state: 'succeeded' })
    .where('event', '=', event)
    .execute();
}

/** What a workflow makes for the editor: silences, a waveform, slides, small pictures. They are elements of its run. */
export async function addPreviews(on: IngestRig, event: string, workflow: number): Promise<void> {
  const { store, database, config } = on.rig.services;
  const wave = join(config.data, 'wave.png');
  const film = join(config.data, 'presenter.mp4');
  const draw = 'aformat=channel_layouts=mono,showwavespic=s=1000x100:colors=black';
  const argv = ['-v', 'error', '-y', '-i', film, '-filter_complex', draw, '-frames:v', '1', wave];
  const { code, reason } = await runProgram('ffmpeg', argv, { timeoutMs: PATIENCE_MS });
  assert.equal(code, 0, reason);
  const tracks = [{ src: 'presenter.mp4', flavor: 'presenter/source', kind: 'video' as const }];
  const { start, end } = FILM.silence;
  const spoken = [
    { fromMs: 0, toMs: start },
    { fromMs: end, toMs: FILM.seconds * 1000 },
  ];
  const files = [
    { kind: 'attachment', flavor: 'presenter/waveform', fileName: 'wave.png', bytes: await readFile(wave) },
    {
      kind: 'catalog',
      flavor: 'presenter/silence',
      fileName: 'silence.smil',
      bytes: Buffer.from(formatCutList({ tracks, segments: spoken })),
    },
    { kind: 'catalog', flavor: 'mpeg-7/text', fileName: 'slides.xml', bytes: Buffer.from(SLIDES) },
  ] as const;
  const added = [];
  for (const { bytes, ...file } of [...files, await spriteOf(on)]) {
    const received = await store.receive(Readable.from([bytes]));
    const tags = 'tags' in file ? file.tags : ['preview'];
    const placed = await placeElement(store, `${event}-run`, { ...received, ...file, tags });
    added.push({ ...placed, duration_ms: null, streams: null, problem: null });
  }
  await keepElements(database, { workflow, position: 0 }, { added });
}

/** Small pictures of the camera, with the tags that say their number and size. */
async function spriteOf(on: IngestRig) {
  const { ffprobe, config } = on.rig.services;
  const path = join(config.data, 'sprite.jpg');
  const programs = { ffmpeg: 'ffmpeg', ffprobe };
  const made = await makeTimelinePreviews(programs, join(config.data, 'presenter.mp4'), path, { count: 10 });
  const { count, columns, rows, widthPx, heightPx } = made;
  const tags = [
    'preview',
    `imageCount:${count}`,
    `imageSizeX:${columns}`,
    `imageSizeY:${rows}`,
    `resolutionX:${widthPx}`,
    `resolutionY:${heightPx}`,
    `durationMs:${FILM.seconds * 1000}`,
  ];
  const kind: ElementKind = 'attachment';
  return { kind, flavor: 'presenter/timeline+preview', fileName: 'sprite.jpg', bytes: await readFile(path), tags };
}

const slide = (id: number, from: string, lasts: string, text: string): string =>
  `<VideoSegment id="segment-${id}"><MediaTime><MediaRelTimePoint>${from}</MediaRelTimePoint><MediaDuration>${lasts}</MediaDuration></MediaTime>
  <SpatioTemporalDecomposition gap="true" overlap="false"><VideoText textType="Superimposed"><SpatioTemporalLocator><MediaTime>
  <MediaRelTimePoint>${from}</MediaRelTimePoint><MediaDuration>${lasts}</MediaDuration></MediaTime></SpatioTemporalLocator>
  <Text xml:lang="fr">${text}</Text></VideoText></SpatioTemporalDecomposition></VideoSegment>`;

const SLIDES = `<?xml version="1.0" encoding="UTF-8"?>
<Mpeg7 xmlns="urn:mpeg:mpeg7:schema:2001" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Description xsi:type="ContentEntityType"><MultimediaContent xsi:type="VideoType"><Video id="videosegment">
<MediaTime><MediaRelTimePoint>T00:00:00:0F1000</MediaRelTimePoint><MediaDuration>PT10S</MediaDuration></MediaTime>
<TemporalDecomposition gap="false" overlap="false" criteria="temporal">
${slide(1, 'T00:00:00:0F1000', 'PT04S', 'Le rein')}
${slide(2, 'T00:00:04:0F1000', 'PT05S960N1000F', 'Les &lt;néphrons&gt;')}
</TemporalDecomposition></Video></MultimediaContent></Description></Mpeg7>`;

/** Workflows of the server; what is begun on recordings is counted. */
export function countingWorkflows(
  workflows: Workflows,
): Workflows & { begun: { event: string; version: number; definition: string }[] } {
  const begun: { event: string; version: number; definition: string }[] = [];
  return {
    ...workflows,
    begun,
    async start(who, of) {
      const done = await workflows.start(who, of);
      if (done.kind !== 'done') return done;
      const { event, version, definition } = done.workflow;
      begun.push({ event, version, definition });
      return done;
    },
  };
}

/** The server with films and workflows. */
export async function openEditorRig() {
  const on = await openIngestRig();
  const workflows = countingWorkflows(on.rig.services.workflows);
  on.rig.services.workflows = workflows;
  return { on, workflows };
}

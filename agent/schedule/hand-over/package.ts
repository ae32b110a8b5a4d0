import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { formatCatalog, type Catalog } from '#lib/opencast/dublin-core.ts';
import { formatMediaPackage, parseMediaPackage, type PackageElement } from '#lib/opencast/media-package.ts';
import type { Recording, RecordingPart, RecordingTrack } from '../recordings.ts';
import type { FilePart } from '../server/form.ts';
import type { Planned } from '../timetable/timetable.ts';

/** Names and descriptions with which a recording is handed over. Pure. */

/**
 * The flavor of a part: `presenter/source`, `presenter/source-1` and so on, as the SMP 351 names them (facts/opencast
 * 4.1).
 */
export const flavorOf = (flavor: string, index: number): string => (index === 0 ? flavor : `${flavor}-${index}`);

/** The flavor of a track of a recording: `presenter/layout`, `presenter/slides`, with the type of the film that it belongs to. */
export const trackFlavor = (
  { kind, stream }: RecordingTrack,
  { flavor, flavorB }: { flavor: string; flavorB: string },
): string => `${(stream === 2 ? flavorB : flavor).split('/')[0]}/${kind}`;

/** A track of a recording as a file, `BASE_S1_layout.json`. */
export const trackFile = (base: string, { kind, stream, text }: RecordingTrack): FilePart => ({
  field: 'BODY',
  name: `${base}_S${stream ?? 1}_${kind}.json`,
  mimeType: 'application/json',
  content: { text },
  bytes: Buffer.byteLength(text),
});

/**
 * The episode catalog (XML): the server's own if the booking has one, else one that is made of what is known of the
 * recording.
 */
export function episodeOf(recording: Recording, booking: Planned | undefined, agent: string, id: string): string {
  if (booking?.episodeXml) return booking.episodeXml;
  const { metadata, startedAtMs } = recording;
  const durationMs = partsOfLength(recording);
  const endsAtMs = recording.endedAtMs ?? startedAtMs + durationMs;
  const catalog: Catalog = {
    title: metadata.title || booking?.title || recording.base,
    identifier: id,
    creators: booking?.presenters ?? words(metadata.presenter),
    contributors: words(metadata.contributor),
    subjects: words(metadata.subject),
    publishers: words(metadata.publisher),
    ...given('description', metadata.description),
    ...given('language', metadata.language),
    ...given('rightsHolder', metadata.rights),
    ...given('source', metadata.source),
    ...given('isPartOf', booking?.seriesId),
    createdMs: wholeSecond(startedAtMs),
    temporal: {
      startsAtMs: wholeSecond(startedAtMs),
      endsAtMs: Math.max(wholeSecond(endsAtMs), wholeSecond(startedAtMs) + 1000),
    },
    spatial: agent,
    extentMs: durationMs,
  };
  return formatCatalog(catalog);
}

const partsOfLength = ({ parts }: Recording): number => parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;
const words = (text: string): string[] => (text ? [text] : []);
const given = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
  (value ? { [key]: value } : {}) as Partial<Record<K, string>>;

/**
 * The form fields for the workflow and its parameters; for several files of a stream, their number is one of these
 * (`3Files`, facts/opencast 4.1).
 */
export function processingFields(
  booking: Planned | undefined,
  workflow: string | undefined,
  files: number,
): [name: string, value: string][] {
  const definition = booking?.workflow ?? workflow;
  const isOpencast = booking?.source === 'opencast';
  return [
    ...(definition ? [['workflowDefinitionId', definition] as [string, string]] : []),
    ...(booking && isOpencast ? [['workflowInstanceId', booking.uid] as [string, string]] : []),
    ...Object.entries(booking?.workflowConfiguration ?? {}),
    ...(files > 1 ? [[`${files}Files`, 'true'] as [string, string]] : []),
  ];
}

/** A media package (XML) with the address of a file on the box, which the server will fetch. */
export function withFetchedTrack(xml: string, part: RecordingPart, flavor: string, url: string): string {
  const mediaPackage = parseMediaPackage(xml);
  const track: PackageElement = {
    id: randomUUID(),
    flavor,
    mimeType: 'video/mp4',
    tags: [],
    url,
    attributes: {},
    rest: [],
    ...(part.sha256 ? { checksum: { type: 'sha256', value: part.sha256 } } : {}),
    sizeBytes: part.bytes,
    durationMs: part.durationMs,
  };
  return formatMediaPackage({ ...mediaPackage, tracks: [...mediaPackage.tracks, track] });
}

/** Whether a media package of the server has the recording's files. */
export function holdsTracks(xml: string, parts: readonly RecordingPart[]): boolean {
  const { tracks } = parseMediaPackage(xml);
  const names = tracks.flatMap(({ url }) =>
    url ? [new URL(url, pathToFileURL('/')).pathname.split('/').at(-1) ?? ''] : [],
  );
  return (
    parts.length > 0 &&
    parts.every(({ name, bytes }) => names.includes(name) || tracks.some(({ sizeBytes }) => sizeBytes === bytes))
  );
}

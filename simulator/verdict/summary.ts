import { seconds, signed } from './expect.ts';
import type { SourceVerdict, Span, Verdict } from './result.ts';

/** A verdict as text for people, about one line for each finding. */
export function summaryOf(verdict: Verdict): string {
  const { container } = verdict;
  const { picture, sound } = container;
  return [
    `${verdict.file}: ${verdict.ok ? 'ok' : 'NOT OK'}`,
    `  ${container.format}, ${seconds(container.durationMs)}, ${Math.round(container.bytes / 1024)} KiB, ` +
      `${container.bitrateKbps} kb/s${container.fastStart === undefined ? '' : container.fastStart ? ', fast start' : ', no fast start'}`,
    picture
      ? `  picture  ${picture.codec} ${picture.profile}${picture.level && ` @ ${picture.level}`} ${picture.widthPx}x${picture.heightPx}, ` +
        `${picture.frameRate} frames/s, ${picture.frames} frames, ${picture.bitrateKbps} kb/s, ` +
        `key frame every ${picture.gop.min === picture.gop.max ? picture.gop.min : `${picture.gop.min} to ${picture.gop.max}`}`
      : '  picture  none',
    sound
      ? `  sound    ${sound.codec} ${sound.profile}, ${sound.sampleRateHz} Hz, ${sound.channels} channels, ${sound.bitrateKbps} kb/s`
      : '  sound    none',
    ...container.chapters.map(({ fromMs, title }) => `  chapter  ${seconds(fromMs)} ${title}`),
    ...verdict.layouts.map(
      (span) =>
        `  layout   ${range(span)} ${span.layout}${span.swapped ? ' (swapped)' : ''}${placesOf(span.layout, span.pictures)}`,
    ),
    ...verdict.titles.map((span) => `  text     ${range(span)} ${span.name && `${span.name} `}"${span.text}"`),
    ...verdict.sources.flatMap(sourceLines),
    ...verdict.withoutCode.map((span) => `  no code  ${range(span)}`),
    ...verdict.silence.map((span) => `  silence  ${range(span)}`),
    ...verdict.timeGaps.map(
      ({ atMs, stepMs }) => `  time gap ${seconds(atMs)}: ${Math.round(stepMs)} ms to the next frame`,
    ),
    ...verdict.notes.map((note) => `  note     ${note}`),
    ...verdict.failures.map((failure) => `  FAILED   ${failure}`),
  ].join('\n');
}

function placesOf(layout: string, pictures: Verdict['layouts'][number]['pictures']): string {
  if (layout !== 'unknown') return '';
  return pictures
    .map(({ source, rect }) => {
      const [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map((part) => part.toFixed(3));
      return `, source ${source} at ${x},${y} ${width}x${height}`;
    })
    .join('');
}

function sourceLines(one: SourceVerdict): string[] {
  const name = ['box', 'slides', 'camera'][one.source] ?? `source ${one.source}`;
  const { lipSync } = one;
  const count = (list: readonly unknown[], what: string): string => (list.length > 0 ? `, ${list.length} ${what}` : '');
  return [
    `  ${name.padEnd(8)} ${one.frames} frames, clock ${new Date(one.firstClockMs).toISOString()} to ` +
      `${new Date(one.lastClockMs).toISOString()}, step ${one.stepMs.toFixed(1)} ms, ${one.flashes} flashes, ` +
      `missing ${Math.round(one.missingMs)} ms, cut ${Math.round(one.cutMs)} ms, ${one.repeated} repeated` +
      count(one.outOfOrder, 'out of order') +
      count(one.unreadable, 'unreadable') +
      count(one.torn, 'torn') +
      count(one.flashMismatches, 'contradicting flashes'),
    ...one.missing.map(
      (jump) =>
        `           ${seconds(jump.atMs)}: ${Math.round(jump.lostMs)} ms not shown, ${Math.round(jump.cutMs)} ms cut`,
    ),
    ...one.freezes.map((span) => `           stands still ${range(span)}`),
    ...(lipSync.measured.length + lipSync.beepsAlone > 0
      ? [
          `           sound minus picture ${lipSync.earliestMs === undefined ? 'not measured' : `${signed(lipSync.earliestMs)} to ${signed(lipSync.latestMs ?? 0)} ms`}` +
            ` in ${lipSync.measured.length} beeps, ${lipSync.beepsAlone} beeps and ${lipSync.flashesAlone} flashes alone`,
        ]
      : []),
  ];
}

const range = ({ fromMs, toMs }: Span): string =>
  `${(fromMs / 1000).toFixed(3).padStart(8)} to ${(toMs / 1000).toFixed(3).padStart(8)} s`;

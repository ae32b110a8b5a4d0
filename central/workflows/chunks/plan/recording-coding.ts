import type { Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import { codingFacts, type CodingFacts } from '@amphi/lib/media/groups/parameter-sets.ts';
import type { ChunkOutput } from './chunk-output.ts';
import type { Film } from '../film/film.ts';

const PROFILES: ReadonlyMap<number, string> = new Map([
  [66, 'baseline'],
  [77, 'main'],
  [100, 'high'],
]);
/** QP that x264 writes into its parameter sets where it aims at a bit rate. */
const QP_OF_BITRATE = 26;
/** The rate of what is encoded anew, as a multiple of the film's own, so that nobody sees it; and the least, in kbit/s. */
const MORE_RATE = 1.5;
const LEAST_KBPS = 1000;

/**
 * How to encode pictures so that x264 writes the parameter sets of the film: pieces of it then fit between the film's
 * own groups. In words if x264 cannot have written them.
 */
export function recordingCoding(film: Film): ChunkOutput | Impossible {
  const facts = codingFacts(film.config.sps[0]!, film.config.pps[0]!);
  const profile = PROFILES.get(facts.profile);
  if (profile === undefined) return { why: `its profile of H.264 has the number ${facts.profile}` };
  if (!facts.isProgressive) return { why: 'its pictures are interlaced' };
  if (facts.hasHrd) return { why: "its parameter sets promise rates to a decoder's buffer (HRD)" };
  if (!facts.timing || facts.timing.scale % 2 !== 0) return { why: 'its parameter sets have no clock' };
  const level = (facts.level / 10).toFixed(1);
  return {
    profile: 'cut',
    suffix: '.mp4',
    tag: undefined,
    filters: undefined,
    rate: undefined,
    video: ['-preset', 'medium', '-profile:v', profile, '-level:v', level, ...rateArgv(film, facts)],
    x264: x264Of(facts),
    timeBase: `${facts.timing.units}:${facts.timing.scale / 2}`,
    sound: 'copy',
  };
}

function rateArgv({ video, groups }: Film, { initialQp }: CodingFacts): string[] {
  if (initialQp !== QP_OF_BITRATE) return ['-crf', String(initialQp)];
  const { samples } = video;
  let bytes = 0;
  for (let n = 0; n < samples.count; n++) bytes += samples.sizes[n]!;
  const seconds = ((groups.at(-1)?.endTicks ?? 0) - (groups[0]?.pictures[0] ?? 0)) / 90_000;
  const kbps = Math.max(LEAST_KBPS, Math.round((bytes * 8 * MORE_RATE) / 1000 / Math.max(1, seconds)));
  return ['-b:v', `${kbps}k`, '-maxrate', `${kbps * 2}k`, '-bufsize', `${kbps * 4}k`];
}

function x264Of(facts: CodingFacts): string[] {
  const { reordered = 0, references, timing } = facts;
  const flag = (is: boolean): number => (is ? 1 : 0);
  return [
    `ref=${references}`,
    `bframes=${reordered > 0 ? 3 : 0}`,
    `b-pyramid=${reordered > 1 ? 'normal' : 'none'}`,
    `weightp=${facts.weightsPredicted ? 2 : 0}`,
    `weightb=${flag(facts.weightsBoth > 0)}`,
    `cabac=${flag(facts.isCabac)}`,
    `8x8dct=${flag(facts.uses8x8)}`,
    'psy=0',
    `chroma-qp-offset=${facts.chromaQpOffset}`,
    ...(timing?.isFixed ? ['force-cfr=1'] : []),
  ];
}

import { argvOf, type CommandValues } from '@amphi/lib/opencast/profiles/command.ts';
import { LEVELED_AS_IT_COMES } from '@amphi/lib/analysis/sound/leveled-as-it-comes.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import type { Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import { chainFacts, rateOf, sameRate, type Rate } from './filter-chain.ts';
import { x264Parameters } from './x264-parameters.ts';

/** One file that a profile makes, as far as it can be made of pieces. */
export interface ChunkOutput {
  profile: string;
  /** The end of its name, and the tag of the output where the profile has several. */
  suffix: string;
  tag: string | undefined;
  /** Filters for its pictures; undefined: none. */
  filters: string | undefined;
  /** The rate to which the pictures are brought; undefined: each picture of the film is one of the result. */
  rate: Rate | undefined;
  /** Options of the encoder, without those that say where groups begin. */
  video: readonly string[];
  /** x264's own parameters, `name=value`. */
  x264: readonly string[];
  /** Clock of the encoder, which its parameter sets say; 1:90000 without it. */
  timeBase?: string | undefined;
  /** Options for FFmpeg that makes its sound; undefined: it has none; `copy`: that of the film. */
  sound: readonly string[] | 'copy' | undefined;
}

const FILM = 'amphi-film';
const RESULTS = 'amphi-results';
/** What stands for the filters of the loudness until that is known; FFmpeg takes it as a filter that changes nothing. */
const UNLEVELED = 'anull@unleveled';

/** Options of a sound whose loudness is not known yet, with filters that level it as it comes. */
export const leveledAsItComes = (sound: readonly string[]): string[] =>
  sound.map((option) => option.replaceAll(UNLEVELED, LEVELED_AS_IT_COMES));

/**
 * What a profile makes, if each output can be made of pieces: in words why not, else. `holds` answers the conditions
 * of its command, which are about the size of the film. Throws ProfileError for a command with a mistake.
 */
export function chunkOutputs(profile: Profile, holds: CommandValues['holds']): ChunkOutput[] | Impossible {
  const suffixes = new Map(
    profile.outputs.map(({ tag, suffix }) => [`out.suffix${tag === undefined ? '' : `.${tag}`}`, suffix]),
  );
  // Pictures are made ahead before the loudness of the whole film is known; whoever makes the sound has put it in.
  const own = { 'in.video.path': FILM, 'out.dir': RESULTS, 'out.name': 'result', loudness: UNLEVELED };
  const values: Record<string, string> = own;
  const isFilm = (name: string): string | undefined =>
    Object.hasOwn(values, name) ? values[name] : suffixes.get(name);
  const foreign =
    /#\{(in\.(?!video\.path\})[^}]*|time|concatCommand|compositeCommand|trim[^}]*|lower[^}]*|scale[^}]*)\}/.exec(
      profile.command,
    );
  if (foreign) return { why: `its command takes more than the film itself: ${foreign[0]}` };
  const argv = argvOf(profile, { value: isFilm, holds });
  if (argv.filter((word) => word === '-i').length !== 1 || argv[argv.indexOf('-i') + 1] !== FILM)
    return { why: 'its command takes other inputs than the film' };
  const before = argv.slice(0, argv.indexOf('-i')).filter((word) => !HARMLESS_INPUT.has(word));
  if (before.length > 0) return { why: `its option ${before[0]} stands before the film` };
  return outputsIn(profile, argv.slice(argv.indexOf('-i') + 2));
}

/** Words before the film that change nothing about its pictures. */
const HARMLESS_INPUT = new Set(['-strict', '-2', 'experimental', '-y', '-nostdin', '-hide_banner']);

function outputsIn(profile: Profile, words: readonly string[]): ChunkOutput[] | Impossible {
  const outputs: ChunkOutput[] = [];
  let options: string[] = [];
  for (const word of words) {
    if (!word.startsWith(`${RESULTS}/`)) {
      options.push(word);
      continue;
    }
    const name = word.slice(RESULTS.length + 1);
    const of = profile.outputs.find(({ suffix }) => name === `result${suffix}`);
    if (!of) return { why: 'its command writes a file that is none of its outputs' };
    const output = outputOf(profile.id, of, options);
    if ('why' in output) return output;
    outputs.push(output);
    options = [];
  }
  if (options.length > 0) return { why: `its command has words after its last output: ${options[0]}` };
  return outputs.length > 0 ? outputs : { why: 'its command writes no file' };
}

/** Options of the picture's encoder that are passed on, each with its value. */
const VIDEO = new Set(
  `preset tune crf qp b b:v vb maxrate maxrate:v minrate minrate:v bufsize bufsize:v profile profile:v level level:v
   pix_fmt bf refs qmin qmax qdiff qcomp me_method motion-est me_range subq trellis coder rc-lookahead aq-mode
   aq-strength weightp weightb partitions direct-pred b_strategy b-pyramid i_qfactor nal-hrd psy psy-rd mixed-refs
   8x8dct fast-pskip deblock cmp color_primaries color_trc color_range colorspace`.split(/\s+/),
);
/** Options that say where groups begin, or how the work is divided: ours stand in their place. */
const OURS = new Set(
  `g keyint_min sc_threshold force_key_frames forced-idr threads strict max_muxing_queue_size fps_mode`.split(/\s+/),
);
const SOUND = new Set(`b:a ab ar ac filter:a af q:a profile:a aac_coder cutoff`.split(/\s+/));
const VIDEO_CODEC = new Set(['c:v', 'vcodec', 'codec:v']);
const SOUND_CODEC = new Set(['c:a', 'acodec', 'codec:a']);
const FILTERS = new Set(['filter:v', 'vf', 'filter:v:0']);
const H264 = new Set(['libx264', 'h264']);
const MP4 = /\.(mp4|m4v)$/i;

interface Draft {
  filters: string | undefined;
  rate: string | undefined;
  video: string[];
  x264: string;
  sound: string[];
  soundCodec: string;
  hasSound: boolean;
  /** Streams that it names with `-map`; none: pictures and sound. */
  maps: string[];
}

function outputOf(
  profile: string,
  { suffix, tag }: Profile['outputs'][number],
  options: readonly string[],
): ChunkOutput | Impossible {
  if (!MP4.test(suffix)) return { why: `its result is ${JSON.stringify(suffix)}, not an MP4 file` };
  const draft: Draft = {
    filters: undefined,
    rate: undefined,
    video: [],
    x264: '',
    sound: [],
    soundCodec: 'aac',
    hasSound: true,
    maps: [],
  };
  for (let at = 0; at < options.length; at++) {
    const name = options[at]!.replace(/^-/, '');
    if (!options[at]!.startsWith('-'))
      return { why: `its word ${JSON.stringify(options[at]!.slice(0, 60))} is no option` };
    if (name === 'y') continue;
    if (name === 'an') draft.hasSound = false;
    else {
      const why = takeOption(draft, name, options[++at] ?? '');
      if (why !== undefined) return { why };
    }
  }
  return finished(draft, { profile, suffix, tag });
}

/** Takes an option into the draft; in words why it does not go by pieces. */
function takeOption(draft: Draft, name: string, value: string): string | undefined {
  if (VIDEO_CODEC.has(name)) return H264.has(value) ? undefined : `its pictures are coded by ${value}, not by libx264`;
  if (SOUND_CODEC.has(name)) {
    draft.soundCodec = value;
    return ['aac', 'libfdk_aac', 'copy'].includes(value) ? undefined : `its sound is coded by ${value}, not as AAC`;
  }
  if (FILTERS.has(name)) draft.filters = value;
  else if (name === 'r' || name === 'r:v') draft.rate = value;
  else if (VIDEO.has(name)) draft.video.push(`-${name}`, value);
  else if (name === 'x264-params' || name === 'x264opts') draft.x264 = value;
  else if (SOUND.has(name)) draft.sound.push(`-${name}`, value);
  else if (name === 'map' && /^0:[va](:0)?\??$/.test(value)) draft.maps.push(value);
  else if (!isLeftOut(name, value)) return `its option -${name} ${value.slice(0, 40)} is not known to work on pieces`;
  return undefined;
}

/** Whether an option changes nothing that pieces do not have anyway. */
const isLeftOut = (name: string, value: string): boolean =>
  OURS.has(name) ||
  (name === 'vsync' && ['0', '2', 'vfr', 'passthrough', 'auto', '-1'].includes(value)) ||
  (name === 'flags' && /^\+?(cgop|loop|global_header)(\+(cgop|loop|global_header))*$/.test(value)) ||
  (name === 'movflags' && /^\+?faststart$/.test(value)) ||
  (name === 'f' && value === 'mp4');

function finished(draft: Draft, of: Pick<ChunkOutput, 'profile' | 'suffix' | 'tag'>): ChunkOutput | Impossible {
  const isMapped = (kind: string): boolean => draft.maps.length === 0 || draft.maps.some((map) => map.startsWith(kind));
  if (!isMapped('0:v')) return { why: 'its result has no pictures' };
  const facts = draft.filters === undefined ? { rate: undefined } : chainFacts(draft.filters);
  if ('why' in facts) return facts;
  const wanted = draft.rate === undefined ? undefined : rateOf(draft.rate);
  if (draft.rate !== undefined && !wanted) return { why: `its rate ${draft.rate} is none from 1 to 240 a second` };
  if (wanted && facts.rate && !sameRate(wanted, facts.rate)) return { why: 'it has two different rates' };
  const x264 = x264Parameters(draft.x264);
  if ('why' in x264) return x264;
  const isAdded = wanted !== undefined && !facts.rate;
  const added = isAdded ? [`fps=${wanted.over}/${wanted.under}`] : [];
  const chain = [...(draft.filters === undefined ? [] : [draft.filters]), ...added].join(',');
  return {
    ...of,
    filters: chain === '' ? undefined : chain,
    rate: wanted ?? facts.rate,
    video: draft.video,
    x264: x264.kept,
    sound: isMapped('0:a') ? soundOf(draft) : undefined,
  };
}

function soundOf({ hasSound, soundCodec, sound }: Draft): ChunkOutput['sound'] {
  if (!hasSound) return undefined;
  return soundCodec === 'copy' ? 'copy' : ['-c:a', soundCodec, ...sound];
}

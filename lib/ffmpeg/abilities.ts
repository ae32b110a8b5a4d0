/** The abilities of an FFmpeg, by the names in its own lists. */
export interface FfmpegAbilities {
  /** Version as FFmpeg reports it: `5.1.9-0+deb12u1`, `n7.0`, `N-12345-g…`. */
  version: string;
  encoders: ReadonlySet<string>;
  decoders: ReadonlySet<string>;
  filters: ReadonlySet<string>;
  muxers: ReadonlySet<string>;
  demuxers: ReadonlySet<string>;
  /** Protocols that it reads or writes. */
  protocols: ReadonlySet<string>;
}

type Kind = Exclude<keyof FfmpegAbilities, 'version'>;
/** Names of each kind that Amphi needs. */
export type FfmpegNeeds = Readonly<Record<Kind, readonly string[]>>;

/** Abilities that the box needs; without one of them it does not start. */
export const NEEDS: FfmpegNeeds = {
  encoders: ['libx264', 'aac', 'rawvideo', 'pcm_s16le', 'mjpeg'],
  decoders: ['h264', 'hevc', 'aac', 'rawvideo', 'pcm_s16le', 'mjpeg'],
  filters: [
    'fps',
    'scale',
    'format',
    'select',
    'settb',
    'setpts',
    'aresample',
    'asetpts',
    'smptehdbars',
    'testsrc2',
    'color',
    'sine',
    'anullsrc',
  ],
  muxers: ['mpegts', 'rtsp', 'flv', 'mp4', 'nut', 'rawvideo', 's16le'],
  demuxers: ['rtsp', 'mpegts', 'flv', 'mov', 'matroska', 'ivf', 's16le', 'lavfi'],
  protocols: ['file', 'pipe', 'tcp', 'udp', 'rtp', 'rtmp', 'http'],
};

/** Abilities that some boxes use; without one of them the box works, but not the function that needs it. */
export const WISHES: FfmpegNeeds = {
  encoders: [],
  decoders: ['mpeg2video', 'opus', 'ac3', 'mp3'],
  filters: [],
  muxers: [],
  demuxers: ['hls', 'video4linux2', 'alsa', 'pulse'],
  protocols: ['https', 'rtmps', 'srt'],
};

/** The lists that FFmpeg prints, each with a pattern for the name in a line. */
export const LISTS: readonly { kind: Kind; option: string; line: RegExp }[] = [
  { kind: 'encoders', option: '-encoders', line: /^ [VAS][F.][S.][X.][B.][D.] (\S+)/ },
  { kind: 'decoders', option: '-decoders', line: /^ [VAS][F.][S.][X.][B.][D.] (\S+)/ },
  { kind: 'filters', option: '-filters', line: /^ [TSC.]{2,3} (\S+) +[AVN|]+->[AVN|]+/ },
  { kind: 'muxers', option: '-muxers', line: /^ [D ]E[d ]? *(\S+)/ },
  { kind: 'demuxers', option: '-demuxers', line: /^ D[E ][d ]? *(\S+)/ },
  { kind: 'protocols', option: '-protocols', line: /^ {2}(\S+)$/ },
];

/** Reads one of the lists. A format with several names (`mov,mp4,m4a`) counts under each. */
export function namesIn(text: string, line: RegExp): Set<string> {
  const names = text.split(/\r?\n/).flatMap((row) => line.exec(row)?.[1]?.split(',') ?? []);
  return new Set(names.filter((name) => name !== '='));
}

/** The names in `needs` that `abilities` lacks, in words: `encoder libx264`. */
export function missingFrom(abilities: FfmpegAbilities, needs: FfmpegNeeds): string[] {
  return LISTS.flatMap(({ kind }) =>
    needs[kind].filter((name) => !abilities[kind].has(name)).map((name) => `${kind.slice(0, -1)} ${name}`),
  );
}

/** The oldest version that is known to work; older ones are refused. */
const OLDEST = [5, 1] as const;

/** Whether a version is older than 5.1. A development build has no number and is accepted. */
export function isTooOld(version: string): boolean {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
}

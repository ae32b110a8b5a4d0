import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import type { FfmpegRun } from '#lib/ffmpeg/run-ffmpeg.ts';

/** The programs of FFmpeg, by absolute paths. */
export type Programs = Pick<Ffmpeg, 'ffmpeg' | 'ffprobe'>;

/** What every function of this room may be given: a signal that ends it. */
export type Asked = Pick<FfmpegRun, 'signal'>;

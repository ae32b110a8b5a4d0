import { access } from 'node:fs/promises';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { quietArgv } from './argv.ts';

/** Time in milliseconds for a trial of an encoder; one that has not made five pictures by then is not used. */
const TRIAL_MS = 30_000;

/** The families of H.264 encoders that FFmpeg may have; `software` is libx264. */
export type EncoderFamily = 'software' | 'vaapi' | 'qsv' | 'nvenc' | 'v4l2m2m';
type Hardware = Exclude<EncoderFamily, 'software'>;

/** The chosen encoder, and the reason in words. */
export interface EncoderChoice {
  family: EncoderFamily;
  reason: string;
}

/** The arguments that ffmpeg needs for a family of encoders. */
export interface FamilyArgv {
  /** Arguments before the inputs: the device. */
  device: readonly string[];
  /** Filters that pass pictures to the encoder. */
  filter: readonly string[];
  codec: string;
}

const NOTHING: readonly string[] = [];

/** The arguments of each family of encoders. */
export const FAMILIES: Readonly<Record<EncoderFamily, FamilyArgv>> = {
  software: { device: NOTHING, filter: NOTHING, codec: 'libx264' },
  nvenc: { device: NOTHING, filter: NOTHING, codec: 'h264_nvenc' },
  qsv: {
    device: ['-init_hw_device', 'qsv=hw', '-filter_hw_device', 'hw'],
    filter: ['-vf', 'format=nv12,hwupload=extra_hw_frames=32'],
    codec: 'h264_qsv',
  },
  vaapi: {
    device: ['-vaapi_device', '/dev/dri/renderD128'],
    filter: ['-vf', 'format=nv12,hwupload'],
    codec: 'h264_vaapi',
  },
  v4l2m2m: { device: NOTHING, filter: NOTHING, codec: 'h264_v4l2m2m' },
};

/** Hardware encoders in order of preference, each with the device file that it needs. */
const HARDWARE: readonly { family: Hardware; device: string }[] = [
  { family: 'nvenc', device: '/dev/nvidia0' },
  { family: 'qsv', device: '/dev/dri/renderD128' },
  { family: 'vaapi', device: '/dev/dri/renderD128' },
  { family: 'v4l2m2m', device: '/dev/video11' },
];

/** Chooses the encoder by encoding a few frames with each candidate; libx264 if none works, or `off` is wanted. */
export async function chooseEncoder(ffmpeg: string, wanted: 'auto' | 'off' | Hardware): Promise<EncoderChoice> {
  if (wanted === 'off') return { family: 'software', reason: 'hardware encoding is switched off' };
  const failures: string[] = [];
  for (const { family, device } of HARDWARE) {
    if (wanted !== 'auto' && wanted !== family) continue;
    const failure = await tryOne(ffmpeg, family, device);
    if (failure === undefined) return { family, reason: `${family} encoded a test picture` };
    failures.push(`${family}: ${failure}`);
  }
  return { family: 'software', reason: `no hardware encoder works here (${failures.join('; ')})` };
}

/**
 * Tries a family with a few frames; gives the reason, in words, why it does not encode on this machine, or undefined if
 * it does.
 */
async function tryOne(ffmpeg: string, family: Hardware, deviceFile: string): Promise<string | undefined> {
  try {
    await access(deviceFile);
  } catch {
    return `no ${deviceFile}`;
  }
  const { device, filter, codec } = FAMILIES[family];
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15', '-frames:v', '5'];
  const output = [...filter, '-c:v', codec, '-f', 'null', '-'];
  const { code, reason } = await runProgram(ffmpeg, [...quietArgv('error'), ...device, ...picture, ...output], {
    timeoutMs: TRIAL_MS,
  });
  return code === 0 ? undefined : reason;
}

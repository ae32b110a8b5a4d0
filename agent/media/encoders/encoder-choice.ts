import { access } from 'node:fs/promises';
import { runProgram } from '#lib/runtime/run-program.ts';
import type { EncoderWanted } from '#agent/device/state.ts';
import type { EncoderFamily } from './encoder-argv.ts';

/** The chosen encoder, and the reason in words. */
export interface EncoderChoice {
  family: EncoderFamily;
  reason: string;
}

type Hardware = Exclude<EncoderFamily, 'software'>;

/** Hardware encoders in order of preference, each with the device file that it needs. */
const HARDWARE: readonly { family: Hardware; device: string; argv: readonly string[] }[] = [
  { family: 'nvenc', device: '/dev/nvidia0', argv: ['-c:v', 'h264_nvenc'] },
  {
    family: 'qsv',
    device: '/dev/dri/renderD128',
    argv: ['-vf', 'format=nv12,hwupload=extra_hw_frames=32', '-c:v', 'h264_qsv'],
  },
  { family: 'vaapi', device: '/dev/dri/renderD128', argv: ['-vf', 'format=nv12,hwupload', '-c:v', 'h264_vaapi'] },
  { family: 'v4l2m2m', device: '/dev/video11', argv: ['-c:v', 'h264_v4l2m2m'] },
];

const DEVICE_ARGV: Partial<Record<Hardware, readonly string[]>> = {
  vaapi: ['-vaapi_device', '/dev/dri/renderD128'],
  qsv: ['-init_hw_device', 'qsv=hw', '-filter_hw_device', 'hw'],
};

/** Chooses the encoder by encoding a few frames with each candidate; libx264 if none works, or `off` is wanted. */
export async function chooseEncoder(ffmpeg: string, wanted: EncoderWanted['hardware']): Promise<EncoderChoice> {
  if (wanted === 'off') return { family: 'software', reason: 'hardware encoding is switched off' };
  const candidates = HARDWARE.filter(({ family }) => wanted === 'auto' || family === wanted);
  const failures: string[] = [];
  for (const candidate of candidates) {
    const failure = await tryOne(ffmpeg, candidate);
    if (failure === undefined)
      return { family: candidate.family, reason: `${candidate.family} encoded a test picture` };
    failures.push(`${candidate.family}: ${failure}`);
  }
  return { family: 'software', reason: `no hardware encoder works here (${failures.join('; ')})` };
}

async function tryOne(
  ffmpeg: string,
  { family, device, argv }: (typeof HARDWARE)[number],
): Promise<string | undefined> {
  try {
    await access(device);
  } catch {
    return `no ${device}`;
  }
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15', '-frames:v', '5'];
  const { code, reason } = await runProgram(ffmpeg, [
    '-hide_banner',
    '-v',
    'error',
    '-nostdin',
    ...(DEVICE_ARGV[family] ?? []),
    ...picture,
    ...argv,
    '-f',
    'null',
    '-',
  ]);
  return code === 0 ? undefined : reason;
}

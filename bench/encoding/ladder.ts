import type { Profile } from '#lib/opencast/profiles/profile.ts';
import { readProfiles } from '#lib/opencast/profiles/read-profiles.ts';

/** Qualities of a lecture of 720 lines: name, lines, kbit/s of pictures and of sound. */
const LADDER = [
  ['low', 288, 250, 64],
  ['medium', 360, 450, 64],
  ['high', 480, 800, 96],
  ['hd', 720, 1600, 128],
] as const;

/** Options of one quality, as they stand in its profile and in the command of one ffmpeg. */
const optionsOf = ([, lines, kbps, soundKbps]: (typeof LADDER)[number]): string =>
  `-vf scale=-2:${lines} -c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -b:v ${kbps}k ` +
  `-maxrate ${kbps * 2}k -bufsize ${kbps * 4}k -c:a aac -b:a ${soundKbps}k -movflags +faststart`;

/** The profiles of the ladder. */
export const LADDER_PROFILES: readonly Profile[] = readProfiles(
  LADDER.flatMap((quality) => {
    const id = `profile.${quality[0]}`;
    const command = `-i #{in.video.path} ${optionsOf(quality)} #{out.dir}/#{out.name}#{out.suffix}`;
    return [
      `${id}.name = ${quality[0]}`,
      `${id}.input = visual`,
      `${id}.output = visual`,
      `${id}.suffix = -${quality[0]}.mp4`,
      `${id}.ffmpeg.command = ${command}`,
    ];
  }).join('\n'),
).profiles;

/** Arguments of one ffmpeg that makes the whole ladder, with groups of two seconds as the film's. */
export function ladderArgv(film: string, folder: string): string[] {
  const groups = '-g 30 -keyint_min 30 -sc_threshold 0'.split(' ');
  const outputs = LADDER.flatMap((quality) => [
    ...optionsOf(quality).split(' '),
    ...groups,
    `${folder}/one-${quality[0]}.mp4`,
  ]);
  return ['-v', 'error', '-nostdin', '-y', '-i', film, ...outputs];
}

import { fileUrl, FOREIGN_FILE_ARGV } from '#lib/ffmpeg/argv.ts';

/** Arguments of a run that decodes the first sound of a file and nothing else. */
export const soundInputArgv = (path: string): string[] => [
  ...FOREIGN_FILE_ARGV,
  '-vn',
  '-sn',
  '-dn',
  '-i',
  fileUrl(path),
  '-map',
  '0:a:0',
];

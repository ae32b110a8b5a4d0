/** A fact from ffmpeg's log (level verbose) about a running source. */
export type InputFact =
  | { fact: 'video'; codec: string; widthPx: number; heightPx: number; fps?: number }
  | { fact: 'audio'; codec: string; sampleRateHz: number; channels: number }
  /** The picture that reaches the filters; told again whenever it changes. */
  | { fact: 'picture'; widthPx: number; heightPx: number; /** Width of a pixel by its height. */ pixelShape: number };

const VIDEO = /^\s*Stream #0:\d+.*?: Video: (\w+).*?, (\d{2,5})x(\d{2,5})/;
const AUDIO = /^\s*Stream #(?:0|1):\d+.*?: Audio: (\w+).*?, (\d+) Hz, ([\w.]+)/;
const PICTURE = /graph \d+ input from stream \d+:\d+ .*?\bw:(\d+) h:(\d+)/;
const PIXEL_SHAPE = /\bsar:(\d+)\/(\d+)/;

/**
 * Reads one line; undefined if it tells nothing of a source. The caller has to leave out lines of outputs (see
 * `isOutput`).
 */
export function inputFact(line: string): InputFact | undefined {
  const video = VIDEO.exec(line);
  if (video) {
    const fps = /, ([\d.]+) fps/.exec(line)?.[1];
    const [, codec = '', width, height] = video;
    return {
      fact: 'video',
      codec,
      widthPx: Number(width),
      heightPx: Number(height),
      ...(fps ? { fps: Number(fps) } : {}),
    };
  }
  const audio = AUDIO.exec(line);
  if (audio) {
    const [, codec = '', rate, layout = ''] = audio;
    return { fact: 'audio', codec, sampleRateHz: Number(rate), channels: channelsOf(layout) };
  }
  const picture = PICTURE.exec(line);
  if (!picture) return undefined;
  const [, width = 0, height = 0] = PIXEL_SHAPE.exec(line)?.map(Number) ?? [];
  const pixelShape = width > 0 && height > 0 ? width / height : 1;
  return { fact: 'picture', widthPx: Number(picture[1]), heightPx: Number(picture[2]), pixelShape };
}

/** Whether the following `Stream` lines are about what ffmpeg makes, no longer about what it reads. */
export const isOutput = (line: string): boolean => /^(Output #|Stream mapping:)/.test(line);

/** Whether ffmpeg refuses the sound because the source has none. */
export const lacksSound = (line: string): boolean => /Stream map '.*:a:0' matches no streams/.test(line);

function channelsOf(layout: string): number {
  if (layout === 'mono') return 1;
  if (layout === 'stereo') return 2;
  const [front, low] = layout.split('.');
  return (Number(front) || 2) + (Number(low) || 0);
}

const COMPLAINT =
  /error|refused|time[d ]*out|fail|invalid|unable|denied|no such|not found|no route|unreachable|unauthorized|forbidden|end of file|broken pipe|could not|cannot|unknown/i;
/** A status of RTSP or HTTP: a number with its words, not a count of something. */
const STATUS = /\b[45]\d\d [A-Z][a-z]+/;

/** Whether a line tells why a source cannot be read; statistics and banners do not. */
export const isComplaint = (line: string): boolean =>
  (COMPLAINT.test(line) || STATUS.test(line)) && !/Statistics:|^\[Parsed_|^\s+configuration:/.test(line);

/** Parameters of x264 that say where groups begin, or how the work is divided: ours stand in their place. */
const OURS = new Set([
  'keyint',
  'min-keyint',
  'scenecut',
  'no-scenecut',
  'open-gop',
  'threads',
  'lookahead-threads',
  'fps',
  'timebase',
  'force-cfr',
]);
/** Parameters whose pieces do not fit to each other, or that need the film as a whole. */
const WHOLE = new Set([
  'pass',
  'stats',
  'intra-refresh',
  'interlaced',
  'tff',
  'bff',
  'fake-interlaced',
  'sliced-threads',
  'qpfile',
  'zones',
]);
const MOST_CHARACTERS = 2048;

/** Reads `-x264-params`: what of it is kept, each `name=value`; in words why it cannot be used for pieces. */
export function x264Parameters(text: string): { kept: string[] } | { why: string } {
  if (text.length > MOST_CHARACTERS) return { why: 'its parameters of x264 are too long' };
  const all = text.split(':').filter(Boolean);
  const nameOf = (parameter: string): string => parameter.split('=')[0]!.replaceAll('_', '-');
  const whole = all.find((parameter) => WHOLE.has(nameOf(parameter)));
  if (whole !== undefined) return { why: `its parameter ${whole.slice(0, 40)} of x264 needs the film as a whole` };
  return { kept: all.filter((parameter) => !OURS.has(nameOf(parameter))) };
}

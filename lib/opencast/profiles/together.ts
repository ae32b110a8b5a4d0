/**
 * Arguments of one FFmpeg that does what several do, each of which seeks in the same file and makes one picture of it: that costs
 * half as much, since FFmpeg begins once, and its decoders have one thread. Undefined where they are of another kind. Pure.
 */
export function together(commands: readonly (readonly string[])[], input: string): string[] | undefined {
  const read = commands.map((argv) => partsOf(argv, input));
  if (!read.every((one) => one !== undefined)) return undefined;
  const inputs = read.flatMap(({ time }) => ['-threads', '1', '-ss', time, '-i', input]);
  const outputs = read.flatMap(({ output }, at) => ['-map', `${at}:V:0`, ...output]);
  return [...inputs, ...outputs];
}

/** Options that name other inputs or streams, or further results: a command with one of them is of another kind. */
const OTHERS =
  /^-(i|map|map_metadata|map_chapters|filter_complex|filter_complex_script|lavfi|\/filter_complex|f|dec|attach)$/;

interface Parts {
  time: string;
  /** All arguments after the input. */
  output: readonly string[];
}

/** The parts of `-ss TIME -i INPUT … -frames:v 1 … OUTPUT`; undefined: the command is none of this kind. */
function partsOf([seek, time, read, file, ...output]: readonly string[], input: string): Parts | undefined {
  if (seek !== '-ss' || time === undefined || read !== '-i' || file !== input) return undefined;
  const at = output.findIndex((word) => word === '-frames:v' || word === '-vframes');
  if (at < 0 || output[at + 1] !== '1' || output.some((word) => OTHERS.test(word))) return undefined;
  return { time, output };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { hasPicture, hasSound, targetOf } from '../selecting.ts';
import { allExamined, lengthOf, named, rateOf, sizeOf, type Track } from './commands/examined.ts';
import { even, joinArgv, listOfFiles, type JoinedSize, type Part } from './commands/joined-parts.ts';
import { sameFile } from './commands/mux.ts';
import { partsOf, type NumberedPart } from './commands/numbered-parts.ts';
import { pathsOf } from './commands/paths-of.ts';
import { profileNamed, runProfile } from './commands/run-profile.ts';

/** `concat`: joins parts one after the other, encoding them anew, or copying parts that are equal. */
export const concat = (needs: OperationNeeds): Operation => ({
  id: 'concat',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const chosen = partsOf(context);
    if ('missing' in chosen) return { kind: 'skip', why: chosen.missing };
    const tracks = await allExamined(
      needs,
      context,
      chosen.parts.map(({ element }) => element),
    );
    const [first] = tracks;
    if (!first) return { kind: 'skip', why: 'no part is there' };
    if (tracks.length === 1) {
      context.log(`there is one part, ${named(first)}: it is taken as it is`);
      return { kind: 'done', added: [sameFile(context, first)] };
    }
    const lengths: number[] = [];
    for (const track of tracks) lengths.push(await lengthOf(needs, context, track));
    const joining = { tracks, lengths, numbers: chosen.parts.map(({ number }: NumberedPart) => number) };
    const inputs = tracks.map(await pathsOf(context, tracks));
    const command = keys.flag('same-codec')
      ? await copyingArgv(context, tracks, inputs)
      : joinArgv(asParts(inputs, joining), sizeFor(context, joining));
    const [made] = await runProfile(needs, context, {
      profile: profileNamed(needs, keys.needed('encoding-profile')),
      source: first,
      values: { concatCommand: command },
      inputs,
      durationMs: lengths.reduce((sum, length) => sum + length, 0),
      progress: context.progress,
    });
    const { flavor, tags } = targetOf(context, first);
    return {
      kind: 'done',
      added: [await context.take({ file: made!.file, fileName: made!.fileName, kind: 'track', flavor, tags })],
    };
  },
});

interface Joining {
  tracks: readonly Track[];
  lengths: readonly number[];
  /** Number of each part in the definition: `part-2`. */
  numbers: readonly number[];
}

const asParts = (paths: readonly string[], { tracks, lengths }: Joining): Part[] =>
  tracks.map((track, n) => ({
    path: paths[n]!,
    hasPicture: hasPicture(track),
    hasSound: hasSound(track),
    lengthMs: lengths[n] ?? 0,
  }));

/** Size and rate of the result: those of the definition, else of the longest part with a picture. */
function sizeFor({ keys }: OperationContext, { tracks, lengths, numbers }: Joining): JoinedSize {
  const ofPart = (text: string): Track => {
    const track = tracks[numbers.indexOf(Number(text.slice('part-'.length)))];
    if (!track || !hasPicture(track)) throw new OperationFailed(`concat: there is no ${text} with a picture`);
    return track;
  };
  const longest = tracks
    .map((track, n) => ({ track, lengthMs: lengths[n] ?? 0 }))
    .filter(({ track }) => hasPicture(track))
    .toSorted((one, other) => other.lengthMs - one.lengthMs)[0]?.track;
  if (!longest) throw new OperationFailed('concat: no part has a picture');
  const size = keys.text('output-resolution');
  const rate = keys.text('output-framerate');
  const { widthPx, heightPx } = size?.includes('x')
    ? sizeOfText(size)
    : sizeOf(size === undefined ? longest : ofPart(size))!;
  const framesPerSecond = rate?.startsWith('part-') ? rateOf(ofPart(rate)) : Number(rate);
  return {
    widthPx: even(widthPx),
    heightPx: even(heightPx),
    framesPerSecond: framesPerSecond && framesPerSecond > 0 ? framesPerSecond : (rateOf(longest) ?? 25),
  };
}

function sizeOfText(text: string): { widthPx: number; heightPx: number } {
  const [widthPx = 0, heightPx = 0] = text.split('x').map(Number);
  if (!(widthPx >= 2 && heightPx >= 2))
    throw new OperationFailed(`concat: output-resolution is ${text}: that is no size`);
  return { widthPx, heightPx };
}

/** Arguments that join equal parts without encoding. Throws `OperationFailed` if they are not equal. */
async function copyingArgv(
  context: OperationContext,
  tracks: readonly Track[],
  paths: readonly string[],
): Promise<string[]> {
  const forms = tracks.map((track) => ({ track, form: formOf(track) }));
  const other = forms.find(({ form }) => form !== forms[0]?.form);
  if (other)
    throw new OperationFailed(
      `same-codec needs equal parts: ${named(tracks[0]!)} has ${forms[0]?.form}, ${named(other.track)} has ${other.form}. Without same-codec they are encoded anew`,
    );
  const list = join(await context.folder(), 'parts.ffconcat');
  await writeFile(list, listOfFiles(paths));
  return ['-f', 'concat', '-safe', '0', '-protocol_whitelist', 'file', '-i', list];
}

const formOf = ({ streams }: ElementRow): string =>
  (streams ?? [])
    .map(({ kind, codec, profile, widthPx, heightPx, channels, sampleRateHz }) =>
      [kind, codec, profile, widthPx && `${widthPx}x${heightPx}`, channels, sampleRateHz].filter(Boolean).join(' '),
    )
    .join(' and ');

import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { listed } from '@amphi/lib/opencast/workflows/selection.ts';
import { safeFileName } from '../../../store/media-store.ts';
import type { EncodeOrder } from '../../profiles/encoders.ts';
import type { Found } from '../../../store/probe.ts';
import type { ElementRow } from '../../../store/tables.ts';
import {
  OperationFailed,
  type Operation,
  type OperationContext,
  type OperationNeeds,
  type OperationResult,
} from '../../run/operation.ts';
import { hasPicture, hasSound, sourcesOf, targetOf } from '../selecting.ts';
import { allExamined, named } from './commands/examined.ts';
import { leveled } from './commands/leveling.ts';
import { recordingOf } from './commands/recording-of.ts';
import { profileNamed, runProfile, stemOf, type ProfileFile } from './commands/run-profile.ts';

/** `encode`: makes tracks of tracks, by encoding profiles. */
export const encode = (needs: OperationNeeds): Operation => ({
  id: 'encode',
  weight: 'heavy',
  run: (context) => encodeAll(needs, context),
});

async function encodeAll(needs: OperationNeeds, context: OperationContext): Promise<OperationResult> {
  const profiles = profilesOf(needs, context);
  const sources = await allExamined(needs, context, sourcesOf(context));
  const first = context.keys.flag('process-first-match-only') ? sources.slice(0, 1) : sources;
  const work = first
    .map((source) => ({ source, profiles: profiles.filter((profile) => isFor(profile, source, context)) }))
    .filter(({ profiles: fitting }) => fitting.length > 0);
  if (work.length === 0)
    return { kind: 'skip', why: `no track has these flavors or tags, and what ${idsOf(profiles)} needs` };
  const added: ElementRow[] = [];
  for (const [n, { source, profiles: fitting }] of work.entries()) {
    const progress = (part: number): void => context.progress((n + part) / work.length);
    const files = await encoded(
      needs,
      { ...context, progress },
      source,
      await leveled(needs, context, fitting, source),
    );
    for (const one of files) added.push(await taken(context, { ...one, source }));
  }
  return { kind: 'done', added };
}

const idsOf = (profiles: readonly Profile[]): string => profiles.map(({ id }) => id).join(', ');

function profilesOf(needs: OperationNeeds, { keys }: OperationContext): Profile[] {
  const ids = [...new Set(['encoding-profile', 'encoding-profiles'].flatMap((key) => keys.list(key).flatMap(listed)))];
  if (ids.length === 0) throw new OperationFailed('encode: the key encoding-profile is missing');
  return ids.map((id) => profileNamed(needs, id));
}

/** Whether a track has what a profile takes. */
function isFor({ id, input }: Profile, source: ElementRow, { log }: OperationContext): boolean {
  const lacks =
    input === 'visual' && !hasPicture(source)
      ? 'picture'
      : input === 'audio' && !hasSound(source)
        ? 'sound'
        : input === 'audiovisual' && !(hasPicture(source) && hasSound(source))
          ? 'picture or no sound'
          : undefined;
  if (lacks !== undefined) log(`${named(source)} is left out of ${id}: it has no ${lacks}`, 'warning');
  return lacks === undefined;
}

interface Encoded {
  profile: Profile;
  file: ProfileFile;
  /** What is known of the file without asking ffprobe. */
  told?: Found | undefined;
}

/** Encodes a source by all these profiles: in pieces if that can be, else whole, one after the other. */
async function encoded(
  needs: OperationNeeds,
  context: OperationContext,
  source: ElementRow,
  profiles: readonly Profile[],
): Promise<Encoded[]> {
  const inPieces = await encodedInPieces(needs, context, source, profiles);
  if (inPieces) return inPieces;
  const all: Encoded[] = [];
  for (const [n, profile] of profiles.entries()) {
    const progress = (part: number): void => context.progress((n + part) / profiles.length);
    const files = await runProfile(needs, context, { profile, source, progress });
    tellMissing(context, source, files[0]?.durationMs);
    all.push(...files.map((file) => ({ profile, file })));
  }
  return all;
}

/** Encodes a film in pieces; undefined: that cannot be, and the log says why. */
async function encodedInPieces(
  { encodeByChunks, store }: OperationNeeds,
  context: OperationContext,
  source: ElementRow,
  profiles: readonly Profile[],
): Promise<Encoded[] | undefined> {
  if (!encodeByChunks || !hasPicture(source)) return undefined;
  const name = crypto.randomUUID().slice(0, 8);
  const answer = source.streams?.some(({ isTurned }) => isTurned)
    ? { why: 'its picture is turned' }
    : await encodeByChunks({
        ...context,
        event: context.workflow.event,
        ...(await filmOf({ store }, context, source)),
        profiles,
        asLists: true,
        folder: await madeFolder(join(await context.folder(), name)),
      });
  if ('why' in answer) {
    context.log(`${named(source)} is encoded whole: ${answer.why}`);
    return undefined;
  }
  const stem = stemOf(source.file_name);
  return answer.files.map(({ profile: id, tag, path, told }) => {
    const profile = profiles.find((one) => one.id === id)!;
    const suffix = profile.outputs.find((output) => output.tag === tag)?.suffix ?? '';
    const file = `${name}/${basename(path)}`;
    return {
      profile,
      told,
      file: { file, fileName: safeFileName(`${stem}${suffix}`), suffix, tag, durationMs: undefined },
    };
  });
}

/** The film that is encoded, and what is kept of it: of a cut that is not written, the recording that it was cut from. */
async function filmOf(
  needs: Pick<OperationNeeds, 'store'>,
  { pathOf }: OperationContext,
  source: ElementRow,
): Promise<Pick<EncodeOrder, 'source' | 'kept'>> {
  const { recording, kept } = await recordingOf(needs, source);
  return { source: await pathOf(recording), kept };
}

async function madeFolder(path: string): Promise<string> {
  await mkdir(path, { mode: 0o750 });
  return path;
}

/** Milliseconds by which a result may be shorter than its source says; a greater lack is told. */
const SHORTER_MS = 2000;

/** Damaged sources are encoded as far as they can be read. */
function tellMissing({ log }: OperationContext, source: ElementRow, madeMs: number | undefined): void {
  const lacksMs = (source.duration_ms ?? 0) - (madeMs ?? Number.POSITIVE_INFINITY);
  if (lacksMs > SHORTER_MS)
    log(`${named(source)} is damaged: ${Math.round(lacksMs / 1000)} s of it cannot be read`, 'warning');
}

/** The tag of the output stands beside those of the target. */
async function taken(
  context: OperationContext,
  { source, profile, told, file: { file, fileName, tag } }: Encoded & { source: ElementRow },
): Promise<ElementRow> {
  const further = [...(tag === undefined ? [] : [tag]), ...(context.keys.flag('tag-with-profile') ? [profile.id] : [])];
  const { flavor, tags: own } = targetOf(context, source);
  const kind = profile.output === 'image' ? 'attachment' : 'track';
  return context.take({ file, fileName, kind, flavor, tags: [...new Set([...own, ...further])], told });
}

import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';
import { hideSecrets, reveal } from '#firmware-config/document/secrets.ts';
import { changeInWords, changesBetween } from '#firmware-config/document/differences.ts';
import { mergeDocuments, readGiven, type BoxDocument } from '#firmware-config/document/document.ts';
import type { GivenDocument } from '#firmware-config/schema/config.ts';
import { yamlOf } from '#firmware-config/document/text.ts';
import type { BoxFiles } from '#technician/dial/box-files.ts';
import { DialError } from '#technician/dial/dial-error.ts';

const FOLDER = '/nortxe-backup';

/** Configuration of a box: its text, and the document in it. */
export interface Configuration {
  text: string;
  document: BoxDocument;
  isRecording: boolean;
}

/** Reads the present configuration of a box, with its secrets. Rejects with DialError if the box has none. */
export async function readConfiguration(files: BoxFiles): Promise<Configuration> {
  const bytes = await files.read(`${FOLDER}/current.cfg`);
  if (!bytes)
    throw new DialError(
      `there is no ${FOLDER}/current.cfg: this is no Amphi, or this account may not see it (--user admin)`,
    );
  const text = bytes.toString('utf8');
  readGiven(text, 'current.cfg');
  return { text, document: parse(text) as BoxDocument, isRecording: /^# [^,\n]*, recording, /.test(text) };
}

/** Text of a configuration without its secrets, which are written as `***`. */
export const withoutSecrets = (text: string): string =>
  `${/^(#.*\n)*/.exec(text)?.[0] ?? ''}${yamlOf(hideSecrets(parse(text)))}`;

/** Plan of what a given configuration would do to a box. */
export interface Plan {
  /** Document that is given, with its hidden secrets restored. */
  given: GivenDocument;
  /** Changes of the box, in words. */
  changes: string[];
  /** Whether the box restarts with it. */
  isRestart: boolean;
  /** Hidden secrets that the box does not know. */
  mistakes: string[];
}

/** Compares a box with a document that it would be given. */
export function planOf(before: BoxDocument, given: GivenDocument): Plan {
  const mistakes: string[] = [];
  const whole = reveal(given, before, (at) => {
    mistakes.push(`${at}: the secret is hidden as ***, and this box has none for it: write it out`);
  }) as GivenDocument;
  const after = mergeDocuments(before, whole);
  const changes = changesBetween(before, after);
  const isRestart = changes.some(({ key }) => key.startsWith('scheduler'));
  return { given: whole, changes: changes.map(changeInWords), isRestart, mistakes };
}

/** Shape of the box's message about a configuration that was stored. */
const resultShape = z.object({
  sha256: z.string(),
  outcome: z.enum(['applied', 'unchanged', 'refused']),
  code: z.string().optional(),
  mistakes: z.array(z.string()),
});

type Result = z.output<typeof resultShape>;

/** Result of storing a configuration. */
export type Stored = { outcome: 'applied' | 'unchanged' } | { outcome: 'refused'; code: string; mistakes: string[] };

const trialFile = (seconds: number): string => `${FOLDER}/trial-${seconds}.cfg`;

/** Stores a configuration on trial: the box undoes it by itself unless `keep` follows within `seconds`. */
export async function storeOnTrial(files: BoxFiles, given: GivenDocument, seconds: number): Promise<Stored> {
  const content = Buffer.from(yamlOf(given));
  const refusal = await files.write(trialFile(seconds), content).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  if (refusal instanceof DialError) throw refusal;
  const result = await readResult(files);
  if (result?.sha256 !== createHash('sha256').update(content).digest('hex')) {
    throw refusal ?? new Error('the box says nothing of what was stored');
  }
  const { outcome, code = '', mistakes } = result;
  return outcome === 'refused' ? { outcome, code, mistakes } : { outcome };
}

/** Keeps the configuration that is on trial. */
export const keep = (files: BoxFiles, seconds: number): Promise<void> => files.remove(trialFile(seconds));

/** Message of the box about the configuration that was stored; undefined: there is none yet, or only a part of it. */
async function readResult(files: BoxFiles): Promise<Result | undefined> {
  const bytes = await files.read(`${FOLDER}/box.cfg.result`);
  if (!bytes) return undefined;
  try {
    return resultShape.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

import type { Profile, ProfileMistake, ProfileOutput } from './profile.ts';
import { readProperties, type Property } from './properties.ts';

/** Profiles of a file, and what is wrong with others of it. */
export interface ProfilesRead {
  profiles: readonly Profile[];
  mistakes: readonly ProfileMistake[];
}

/** Profiles that a file may have; with more it is refused. */
const MOST_PROFILES = 500;

/** Keys of a profile, after its id. An id may have dots, so the end of a key says what it is. */
const KEY = /^profile\.(.+?)\.(name|input|output|mimetype|jobload|suffix(?:\.[^.]+)?|ffmpeg\.command(?:\.[^.]+)?)$/;

interface Draft {
  line: number;
  values: Map<string, string>;
}

/**
 * Reads encoding profiles in Opencast's form (a file of properties). A profile with a mistake is left out; every
 * mistake is told with its line. Throws RangeError for a file that is too long, or has too many profiles.
 */
export function readProfiles(text: string): ProfilesRead {
  const drafts = new Map<string, Draft>();
  const mistakes: ProfileMistake[] = [];
  for (const property of readProperties(text)) takeProperty(property, drafts, mistakes);
  if (drafts.size > MOST_PROFILES) throw new RangeError(`a file has at most ${MOST_PROFILES} profiles`);
  const profiles: Profile[] = [];
  for (const [id, draft] of drafts) {
    const profile = profileOf(id, draft);
    if (typeof profile === 'string') mistakes.push({ line: draft.line, text: `profile ${id}: ${profile}` });
    else profiles.push(profile);
  }
  return { profiles, mistakes: mistakes.toSorted((a, b) => a.line - b.line) };
}

function takeProperty({ key, value, line }: Property, drafts: Map<string, Draft>, mistakes: ProfileMistake[]): void {
  const [, id, what] = KEY.exec(key) ?? [];
  if (id === undefined || what === undefined) {
    const known = 'name, input, output, suffix, mimetype, jobload and ffmpeg.command';
    mistakes.push({
      line,
      text: `${JSON.stringify(key.slice(0, 80))} is no key of a profile: profile.<id>. with ${known} is`,
    });
    return;
  }
  const draft = drafts.get(id) ?? { line, values: new Map<string, string>() };
  drafts.set(id, draft);
  if (draft.values.has(what)) mistakes.push({ line, text: `${key.slice(0, 80)} stands twice: the last one counts` });
  draft.values.set(what, value.trim());
}

function profileOf(id: string, { values }: Draft): Profile | string {
  const command = values.get('ffmpeg.command');
  if (!command) return 'ffmpeg.command is missing';
  const outputs = [...values].flatMap(([what, suffix]): ProfileOutput[] => {
    if (what === 'suffix') return [{ tag: undefined, suffix }];
    return what.startsWith('suffix.') ? [{ tag: what.slice('suffix.'.length), suffix }] : [];
  });
  if (outputs.length === 0) return 'suffix is missing: the end of the name of the file that it makes, such as -hd.mp4';
  const bad = outputs.find(({ suffix }) => /[/\\\0]|^\.\.?$/.test(suffix));
  if (bad) return `the suffix ${JSON.stringify(bad.suffix.slice(0, 40))} has a path: only the end of a name is allowed`;
  const load = Number(values.get('jobload') ?? 1);
  if (!(load >= 0 && load <= 1000))
    return `jobload is ${JSON.stringify(values.get('jobload'))}: a number from 0 to 1000 is allowed`;
  const pieces = new Map(
    [...values].flatMap(([what, piece]): [string, string][] =>
      what.startsWith('ffmpeg.command.') ? [[what.slice('ffmpeg.command.'.length), piece]] : [],
    ),
  );
  return {
    id,
    name: values.get('name') || id,
    input: values.get('input'),
    output: values.get('output'),
    outputs,
    mimeType: values.get('mimetype'),
    load,
    command,
    pieces,
  };
}

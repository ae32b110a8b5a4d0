import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { whetherDone } from '@amphi/lib/opencast/workflows/condition-value.ts';
import { fitsFlavor, listed, sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { openVariables, substituted } from '@amphi/lib/opencast/workflows/variables.ts';
import type { Profiles } from './profiles/open-profiles.ts';
import type { PlannedOperation, Variables } from './run/run.ts';

/** What is known before a run begins. */
export interface Known {
  operations: readonly Pick<PlannedOperation, 'id' | 'when' | 'configuration'>[];
  /** Values that the run will begin with. */
  variables: Variables;
  /** Flavor of the recording: `presenter/source`. */
  flavor: string;
}

/** An operation that a run will do of a recording, as far as that can be said before it begins. */
interface Wanted {
  /** Its name of today. */
  id: string;
  /** Entries of a list of its keys, variables filled in. */
  textOf: (key: string) => string[];
}

/** The operations of a run whose conditions hold. */
function* wantedOperations({ operations, variables }: Known, catalogue: Catalogue): Generator<Wanted> {
  const values = new Map(variables);
  for (const operation of operations) {
    const { id } = catalogue.find(operation.id) ?? operation;
    const known = openVariables(values);
    const truth = whetherDone(operation, known);
    if (!('value' in truth) || !truth.value) continue;
    const textOf = (key: string): string[] => listed(substituted(operation.configuration.get(key) ?? '', known));
    if (id === 'defaults') {
      for (const [name, value] of operation.configuration)
        if (!values.get(name)?.trim()) values.set(name, substituted(value, known));
    }
    yield { id, textOf };
  }
}

/** What a run will want of a recording. */
export interface WantedAhead {
  /** Encoding profiles of its operations `encode`. */
  profiles: Profile[];
  /** Whether an operation looks at its sound, and needs the envelope of it. */
  envelope: boolean;
}

/** Operations that need the envelope of a sound. */
const OF_ENVELOPE: ReadonlySet<string> = new Set(['silence', 'waveform', 'find-faults']);

/** What a run will want of a recording: by its operations whose sources have the type of the recording. */
export function wantedAhead(
  known: Known,
  { catalogue, profiles }: { catalogue: Catalogue; profiles: Pick<Profiles, 'find'> },
): WantedAhead {
  const wanted = new Map<string, Profile>();
  const [type] = sidesOf(known.flavor);
  let envelope = false;
  for (const { id, textOf } of wantedOperations(known, catalogue)) {
    if (id !== 'encode' && !OF_ENVELOPE.has(id)) continue;
    const sources = ['source-flavor', 'source-flavors'].flatMap(textOf);
    if (!sources.some((pattern) => fitsFlavor(`${type}/`, `${sidesOf(pattern)[0]}/*`))) continue;
    envelope ||= OF_ENVELOPE.has(id);
    if (id !== 'encode') continue;
    for (const name of ['encoding-profile', 'encoding-profiles'].flatMap(textOf)) {
      const profile = profiles.find(name);
      if (profile) wanted.set(profile.id, profile);
    }
  }
  return { profiles: [...wanted.values()], envelope };
}

/** Whether a run will read the words on slides. */
export function wantsTexts(known: Known, catalogue: Catalogue): boolean {
  for (const { id } of wantedOperations(known, catalogue)) if (id === 'extract-text') return true;
  return false;
}

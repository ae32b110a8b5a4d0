import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { whetherDone } from '@amphi/lib/opencast/workflows/condition-value.ts';
import { fitsFlavor, listed, sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { openVariables, substituted } from '@amphi/lib/opencast/workflows/variables.ts';
import type { Profiles } from './profiles/open-profiles.ts';
import type { PlannedOperation, Variables } from './run/run.ts';

/** What is known before a run begins. */
interface Known {
  operations: readonly Pick<PlannedOperation, 'id' | 'when' | 'configuration'>[];
  /** Values that the run will begin with. */
  variables: Variables;
  /** Flavor of the recording: `presenter/source`. */
  flavor: string;
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

/**
 * What a run will want of a recording, as far as that can be said before it begins: by its operations whose conditions hold and
 * whose sources have the type of the recording.
 */
export function wantedAhead(
  { operations, variables, flavor }: Known,
  { catalogue, profiles }: { catalogue: Catalogue; profiles: Pick<Profiles, 'find'> },
): WantedAhead {
  const [type] = sidesOf(flavor);
  const values = new Map(variables);
  const wanted = new Map<string, Profile>();
  let envelope = false;
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

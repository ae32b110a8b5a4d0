import type { Wanted } from './state.ts';

/**
 * Families of presets that can be named before they are saved. User presets and layouts keep their names in another
 * way.
 */
type Family = 'input' | 'streaming' | 'encoder' | 'profile';

const rowOf = (family: Family, number: number): string => `preset.${family}.name ${number}`;

const withKept = (wanted: Wanted, kept: Wanted['sis']['kept']): Wanted => ({ ...wanted, sis: { ...wanted.sis, kept } });

/** The name that was given to a preset number under which nothing is saved yet; undefined: none was given. */
export function waitingNameOf({ sis }: Pick<Wanted, 'sis'>, family: Family, number: number): string | undefined {
  const name = sis.kept[rowOf(family, number)]?.['name'];
  return typeof name === 'string' ? name : undefined;
}

/** Names a preset number under which nothing is saved yet; the preset that is saved there later gets this name. */
export const withWaitingName = (wanted: Wanted, family: Family, number: number, name: string): Wanted =>
  withKept(wanted, { ...wanted.sis.kept, [rowOf(family, number)]: { name } });

/** Removes the name that waits for a preset, which has it now or is deleted. */
export function withoutWaitingName(wanted: Wanted, family: Family, number: number): Wanted {
  const { [rowOf(family, number)]: _, ...kept } = wanted.sis.kept;
  return withKept(wanted, kept);
}

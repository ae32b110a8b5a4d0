import type { Wanted } from './state.ts';

/** Families of presets whose names wait for them; user presets and layouts have a name without that. */
type Family = 'input' | 'streaming' | 'encoder' | 'profile';

const rowOf = (family: Family, number: number): string => `preset.${family}.name ${number}`;

const withKept = (wanted: Wanted, kept: Wanted['sis']['kept']): Wanted => ({ ...wanted, sis: { ...wanted.sis, kept } });

/** Name of a number where nothing is saved yet; undefined without one. */
export function waitingNameOf({ sis }: Pick<Wanted, 'sis'>, family: Family, number: number): string | undefined {
  const name = sis.kept[rowOf(family, number)]?.['name'];
  return typeof name === 'string' ? name : undefined;
}

/** Names a number where nothing is saved: what is saved there has this name. */
export const withWaitingName = (wanted: Wanted, family: Family, number: number, name: string): Wanted =>
  withKept(wanted, { ...wanted.sis.kept, [rowOf(family, number)]: { name } });

/** Takes a waiting name away: the preset has it now, or is deleted. */
export function withoutWaitingName(wanted: Wanted, family: Family, number: number): Wanted {
  const { [rowOf(family, number)]: _, ...kept } = wanted.sis.kept;
  return withKept(wanted, kept);
}

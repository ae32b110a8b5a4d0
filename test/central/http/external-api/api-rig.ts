import { externalApi } from '#central/http/external-api/external-api.ts';
import { askOf, openRig, type Ask, type Rig } from '../../rig.ts';

export interface ApiRig extends Rig {
  ask: Ask;
}

export async function openApiRig(): Promise<ApiRig> {
  const rig = await openRig([externalApi]);
  return { ...rig, ask: askOf(rig) };
}

export const metadataOf = (fields: Record<string, unknown>, flavor = 'dublincore/episode'): object[] => [
  { flavor, fields: Object.entries(fields).map(([id, value]) => ({ id, value })) },
];

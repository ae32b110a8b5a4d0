import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { ElementRow } from '#central/store/tables.ts';
import type { OperationResult } from '#central/workflows/run/operation.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

/** A rig for operations, and a folder for films; both are there while the tests of a file run. */
export interface MediaRig {
  rig: OperationRig;
  folder: string;
}

/** Opens a rig before the tests of a file and closes it after them; `ready` makes what several tests need. */
export function mediaRig(ready: (of: MediaRig) => Promise<void> = async () => undefined): MediaRig {
  const of = {} as MediaRig;
  before(async () => {
    of.rig = await openOperationRig();
    of.folder = await mkdtemp(join(tmpdir(), 'amphi-films-'));
    await ready(of);
  });
  after(async () => {
    await of.rig.close();
    await rm(of.folder, { recursive: true, force: true });
  });
  return of;
}

/** Elements that an operation made; fails if it was not done. */
export function addedOf(result: OperationResult): readonly ElementRow[] {
  assert.equal(result.kind, 'done', JSON.stringify(result));
  return ('added' in result && result.added) || [];
}

/** Elements that an operation changed. */
export const changedOf = (result: OperationResult): readonly ElementRow[] =>
  (result.kind === 'done' && result.changed) || [];

/** The picture of an element. */
export const videoOf = ({ streams }: ElementRow) => streams?.find(({ kind }) => kind === 'video');

/** Size of its picture, such as `640x360`. */
export const sizeText = (element: ElementRow): string => `${videoOf(element)?.widthPx}x${videoOf(element)?.heightPx}`;

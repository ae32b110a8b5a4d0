// Covers agent/recorder, lib/runtime/files.ts.
/** The faults of `recorder-odd-disks.test.ts` that do not need FUSE, on other file systems. */
import { describe, test } from 'node:test';
import { FAULTS } from '#test/support/odd-faults.ts';
import { cannotMount, type FileSystemKind } from '#test/support/odd-file-system.ts';

const KINDS: readonly FileSystemKind[] = ['tmpfs', 'ext4'];

for (const kind of KINDS)
  describe(`on ${kind}`, { concurrency: 4, skip: await cannotMount(kind) }, () => {
    for (const [what, fault] of Object.entries(FAULTS)) test(what, (t) => fault(t, kind));
  });

// Covers agent/recorder, lib/runtime/files.ts.
/** Faults that do not need a file system with oddities, on each kind of file system. */
import { describe, test } from 'node:test';
import { FAULTS } from '#test/support/odd-faults.ts';
import { cannotMount, type FileSystemKind } from '#test/support/odd-file-system.ts';

const KINDS: readonly FileSystemKind[] = ['tmpfs', 'ext4', 'fuse'];

for (const kind of KINDS)
  describe(`on ${kind}`, { concurrency: 4, skip: await cannotMount(kind) }, () => {
    for (const [what, fault] of Object.entries(FAULTS)) test(what, (t) => fault(t, kind));
  });

import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { Database } from '../store/connect.ts';
import type { ElementRow, EventRow, FileRow } from '../store/tables.ts';
import { recordedPackage } from './media-package.ts';
import { seriesNamed } from './series.ts';
import { insertVersion } from './versions.ts';

/** A version that a person or a workflow makes. */
export interface Change {
  /** Event whose row is locked. */
  event: EventRow;
  version: number;
  /** Id of its media package. */
  package: string;
  /** Account that made it; none: a workflow did. */
  account?: string | undefined;
  agent: string | null;
}

/** Writes a version with these files, which are at their places. Gives their rows. */
export async function writeChange(
  within: Database,
  { event, version, package: mediaPackage, account, agent }: Change,
  files: readonly ElementRow[],
): Promise<FileRow[]> {
  const series = event.series ? await seriesNamed(within, event.series) : undefined;
  const rows = files.map((one) => ({ ...one, event: event.id, version }));
  const row = {
    event: event.id,
    version,
    package: mediaPackage,
    account: account ?? null,
    agent,
    kind: 'change' as const,
    // Only what agents bring is compared by its content.
    content: '',
    // URLs in the kept manifest do not name this server: each reader gets the package with URLs that fit the request.
    manifest: formatMediaPackage(recordedPackage(event, series, rows, '')),
  };
  return insertVersion(within, row, files);
}

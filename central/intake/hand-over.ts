import { WORKFLOW_CONFIGURATION } from '@amphi/lib/opencast/agent-properties.ts';
import type { MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { elementsOf } from '../catalogue/files.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { AclEntry, EventRow, FileRow, WorkflowRow } from '../store/tables.ts';
import type { ReceivedElement, StoredElement } from './elements.ts';
import type { Fetcher } from './fetch.ts';

/** What an ingest works with. */
export interface IntakeNeeds {
  database: Database;
  store: MediaStore;
  fetcher: Fetcher;
  /** Path of the program. */
  ffprobe: string;
  clock: Clock;
  log: Log;
  config: {
    /** What begins, where neither the agent nor the event names a workflow. */
    workflow: string;
  };
}

/** What somebody hands over when everything was brought. */
export interface HandOver {
  /** It names the files that came in requests before, and those that are to be fetched. */
  mediaPackage: MediaPackage;
  /** Files that came with this request, named by nothing yet. What is not kept of them lies where it was received. */
  received?: readonly ReceivedElement[];
  /** Of the form, or of the path. */
  definition: string | undefined;
  /** UID of the event that the package is of, where its own id is another. */
  instance: string | undefined;
  /** Parameters of the workflow, with or without Opencast's prefix. */
  parameters: readonly { name: string; value: string }[];
  /** Who may see an event that nobody scheduled; undefined: nothing is said. */
  acl?: AclEntry[] | undefined;
  who: Who;
  /** Where this server is, for the URLs of files. */
  url: string;
}

export interface Ingested {
  workflow: WorkflowRow;
  mediaPackage: MediaPackage;
}

/** The media package as it was ingested: that of the event, with the files of the version. */
export const ingestedPackage = (
  given: MediaPackage,
  event: Pick<EventRow, 'id' | 'title' | 'series'>,
  files: readonly (StoredElement | FileRow)[],
  url: string,
): MediaPackage => ({
  ...given,
  id: event.id,
  title: event.title,
  ...elementsOf(files, url),
  ...(event.series ? { series: event.series } : {}),
});

/** Parameters as a workflow keeps them, without Opencast's prefix. */
export const parametersOf = (parameters: HandOver['parameters']): Record<string, string> =>
  Object.fromEntries(parameters.map(({ name, value }) => [name.replace(WORKFLOW_CONFIGURATION, ''), value]));

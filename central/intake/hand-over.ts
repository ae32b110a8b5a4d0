import { WORKFLOW_CONFIGURATION } from '@amphi/lib/opencast/agent-properties.ts';
import type { MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { elementsOf } from '../catalogue/files.ts';
import type { Who } from '../identity/who.ts';
import type { AclEntry, EventRow, FileRow } from '../store/tables.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';
import type { Workflows } from '../workflows/workflows.ts';
import type { BringNeeds } from './bring.ts';
import type { ReceivedElement, StoredElement } from './elements.ts';

/** Database, store and programs that an ingest works with. */
export interface IntakeNeeds extends BringNeeds {
  /** Path of the program ffprobe. */
  ffprobe: string;
  clock: Clock;
  log: Log;
  workflows: Workflows;
  config: {
    /** Workflow that begins where neither the agent nor the event names one. */
    workflow: string;
  };
}

/** Recording that is handed over after all its files were sent. */
export interface HandOver {
  /** Media package: it names the files that came in earlier requests, and those that are to be fetched. */
  mediaPackage: MediaPackage;
  /**
   * Files that came with this request and are not named by the package. Those that are not kept stay where they were
   * received.
   */
  received?: readonly ReceivedElement[];
  /** Workflow definition, from the form or the path. */
  definition: string | undefined;
  /** UID of the event that the package belongs to, where the package has another id. */
  instance: string | undefined;
  /** Parameters of the workflow, with or without Opencast's prefix. */
  parameters: readonly { name: string; value: string }[];
  /** Access list for an event that was not scheduled; undefined: none was given. */
  acl?: AclEntry[] | undefined;
  who: Who;
  /** URL of this server, for the URLs of files. */
  url: string;
}

/** Version that was made, and its workflow. */
export interface Ingested {
  workflow: WorkflowRow;
  mediaPackage: MediaPackage;
}

/** Media package as it was ingested: descriptions of the event, and the files of the version. */
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

import { eventsNamed } from '../../../catalogue/events.ts';
import { filesOfVersions } from '../../../catalogue/files.ts';
import { recordedPackage } from '../../../catalogue/media-package.ts';
import { seriesByIds } from '../../../catalogue/series.ts';
import { broughtVersions } from '../../../catalogue/versions.ts';
import type { Database } from '../../../store/connect.ts';
import { operationsOfRuns } from '../../../workflows/told-operations.ts';
import type { WorkflowRow } from '../../../store/workflow-tables.ts';
import type { WorkflowTold } from './workflow-document.ts';

/** Workflows with their recordings. `base` is the URL of this server for the client. */
export async function toldWorkflows(
  database: Database,
  workflows: readonly WorkflowRow[],
  base: string,
): Promise<WorkflowTold[]> {
  const keyOf = ({ event, version }: { event: string; version: number }): string => `${version} ${event}`;
  const [events, files, versions, operations] = await Promise.all([
    eventsNamed(database, [...new Set(workflows.map(({ event }) => event))]),
    filesOfVersions(database, distinct(workflows)),
    broughtVersions(database, distinct(workflows)),
    operationsOfRuns(
      database,
      workflows.map(({ id }) => id),
    ),
  ]);
  const series = await seriesByIds(
    database,
    events.flatMap((event) => event.series ?? []),
  );
  const eventOf = new Map(events.map((event) => [event.id, event]));
  const filesOf = Map.groupBy(files, keyOf);
  const versionOf = new Map(versions.map((version) => [keyOf(version), version]));
  return workflows.flatMap((workflow): WorkflowTold[] => {
    const [event, version] = [eventOf.get(workflow.event), versionOf.get(keyOf(workflow))];
    // The event may have been deleted during the request.
    if (!event || !version) return [];
    const mediaPackage = recordedPackage(
      event,
      series.get(event.series ?? ''),
      filesOf.get(keyOf(workflow)) ?? [],
      base,
    );
    const own = operations.get(workflow.id) ?? [];
    return [
      { workflow, operations: own, mediaPackage, account: version.account ?? '', ingestedAt: version.ingested_at },
    ];
  });
}

const distinct = (workflows: readonly WorkflowRow[]): { event: string; version: number }[] => [
  ...new Map(workflows.map(({ event, version }) => [`${version} ${event}`, { event, version }])).values(),
];

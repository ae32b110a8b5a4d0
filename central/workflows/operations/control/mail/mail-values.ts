import type { Term } from '@amphi/lib/opencast/dublin-core.ts';
import { episodeTerms, seriesTerms } from '../../../../catalogue/dublin-core.ts';
import { eventNamed } from '../../../../catalogue/events.ts';
import { seriesNamed } from '../../../../catalogue/series.ts';
import type { Database } from '../../../../store/connect.ts';
import type { EventRow, SeriesRow } from '../../../../store/tables.ts';
import type { WorkflowOperationRow } from '../../../../store/workflow-tables.ts';
import { OperationFailed, type OperationContext } from '../../../run/operation.ts';
import type { TemplateValue } from './template-expressions.ts';

type Values = ReadonlyMap<string, TemplateValue>;

/** Values that templates of mails have, by the names of Opencast (facts/opencast 3.10), with the title of the event. */
export async function mailValues(
  database: Database,
  { workflow, variables }: Pick<OperationContext, 'workflow' | 'variables'>,
): Promise<{ values: Values; title: string }> {
  const event = await eventNamed(database, workflow.event);
  if (!event) throw new OperationFailed(`there is no event ${workflow.event} any more`);
  const series = event.series === null ? undefined : await seriesNamed(database, event.series);
  const row = await database.selectFrom('workflows').select('state').where('id', '=', workflow.id).executeTakeFirst();
  const failed = await failedOf(database, workflow.id);
  const mediaPackage = packageValues(event, series);
  const catalogs = catalogValues(event, series);
  const values: [string, TemplateValue][] = [
    ['mediaPackage', mediaPackage],
    ['mediapackage', mediaPackage],
    ['catalogs', catalogs],
    [
      'workflow',
      valuesOf({
        id: workflow.id,
        template: workflow.definition,
        title: workflow.definition,
        state: row?.state.toUpperCase(),
      }),
    ],
    ['workflowConfig', variables],
    ['organization', new Map()],
    ['failedOperation', failed ? operationValues(failed) : new Map()],
    ['incident', failed ? [incidentOf(failed)] : []],
    ['event_id', event.id],
    ['event_title', event.title],
    ['series_id', event.series ?? ''],
    ['series_title', series?.title ?? ''],
  ];
  return { values: new Map(values), title: event.title };
}

/** Values by their names; those that are null or undefined are left out. */
const valuesOf = (values: Readonly<Record<string, string | number | null | undefined>>): Values =>
  new Map(
    Object.entries(values).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, String(value)]],
    ),
  );

const packageValues = (event: EventRow, series: SeriesRow | undefined): Values =>
  valuesOf({
    identifier: event.id,
    title: event.title,
    date: (event.starts_at ?? event.created_at).toISOString(),
    series: event.series,
    seriesTitle: series?.title,
  });

/** Catalogs by their flavors, also as older versions name them: `episode`. */
function catalogValues(event: EventRow, series: SeriesRow | undefined): Values {
  const episode = termValues(episodeTerms(event));
  const ofSeries = series && termValues(seriesTerms(series));
  return new Map([
    ['dublincore/episode', episode],
    ['episode', episode],
    ...(ofSeries
      ? ([
          ['dublincore/series', ofSeries],
          ['series', ofSeries],
        ] as [string, Values][])
      : []),
  ]);
}

const termValues = (terms: readonly Term[]): Values =>
  new Map(
    [...Map.groupBy(terms, ({ name }) => name)].map(([name, all]) => [name, all.map(({ value }) => value).join(', ')]),
  );

/** The operation that ended the run; undefined: none has failed. */
const failedOf = (database: Database, run: number): Promise<WorkflowOperationRow | undefined> =>
  database
    .selectFrom('workflow_operations')
    .selectAll()
    .where('workflow', '=', run)
    .where('state', '=', 'failed')
    .orderBy('fail_on_error', 'desc')
    .orderBy('position', 'desc')
    .executeTakeFirst();

const operationValues = (failed: WorkflowOperationRow): Values =>
  valuesOf({
    id: failed.position,
    position: failed.position,
    template: failed.operation,
    description: failed.description,
    reason: failed.reason,
    dateStarted: failed.started_at?.toISOString(),
    dateCompleted: failed.finished_at?.toISOString(),
    executionHost: failed.host,
    exceptionHandlingWorkflow: failed.exception_handler,
    failedAttempts: failed.attempts,
    maxAttempts: failed.max_attempts,
  });

/** A failure as templates list it: `<#list incident as inc><#list inc.details as dets>${dets.b}`. */
const incidentOf = (failed: WorkflowOperationRow): Values =>
  new Map([['details', [valuesOf({ a: failed.operation, b: failed.reason ?? 'not known' })]]]);

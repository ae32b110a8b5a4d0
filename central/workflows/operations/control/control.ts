import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { analyzeMediaPackage } from './analyze-mediapackage.ts';
import { assetDelete } from './removing/asset-delete.ts';
import { caption } from './older/caption.ts';
import { cleanup } from './removing/cleanup.ts';
import { comment } from './comment.ts';
import { conditionalConfig } from './conditional-config.ts';
import { configureByDcterm } from './configure-by-dcterm.ts';
import { duplicateEvent } from './duplicate-event.ts';
import { errorResolution } from './error-resolution.ts';
import { exportWfProperties } from './export-wf-properties.ts';
import { httpNotify } from './http-notify.ts';
import { importWfProperties } from './import-wf-properties.ts';
import { include } from './include.ts';
import { ingestDownload } from './ingest-download.ts';
import { log } from './log.ts';
import { sendEmail } from './send-email.ts';
import { series } from './series.ts';
import { snapshot } from './snapshot.ts';
import { startWorkflow } from './start-workflow.ts';
import { trim } from './older/trim.ts';

/** Operations that steer, tell, keep and bring. */
export const CONTROL_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [
  analyzeMediaPackage,
  assetDelete,
  caption,
  cleanup,
  comment,
  conditionalConfig,
  configureByDcterm,
  duplicateEvent,
  errorResolution,
  exportWfProperties,
  httpNotify,
  importWfProperties,
  include,
  ingestDownload,
  log,
  sendEmail,
  series,
  snapshot,
  startWorkflow,
  trim,
];

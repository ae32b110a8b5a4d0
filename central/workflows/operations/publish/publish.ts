import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { publishConfigure } from './publish-configure.ts';
import { publishEngage } from './publish-engage.ts';
import { publishOaipmh, republishOaipmh, retractOaipmh } from './publish-oaipmh.ts';
import { retractConfigure } from './retract-configure.ts';
import { retractEngage } from './retract-engage.ts';

/** Operations that publish and take back. */
export const PUBLISH_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [
  publishEngage,
  publishConfigure,
  publishOaipmh,
  republishOaipmh,
  retractEngage,
  retractConfigure,
  retractOaipmh,
];

/** An operation of a workflow, as the server tells it. */
export interface ToldOperation {
  position: number;
  operation: string;
  description: string;
  state: string;
  progress: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  reason: string | null;
}

/** A workflow, as the server tells it. */
export interface ToldRun {
  id: number;
  event: { id: string; title: string };
  definition: string;
  state: string;
  createdAt: string;
  operations: ToldOperation[];
  variables: Record<string, string>;
  log: { at: string; position: number | null; level: string; text: string }[];
}

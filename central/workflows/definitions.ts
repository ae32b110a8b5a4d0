/** An operation that this server can do. */
export interface Operation {
  id: string;
  description: string;
}

/** Definition that can be named as the workflow after an ingest. */
export interface Definition {
  id: string;
  title: string;
  description: string;
  tags: readonly string[];
  operations: readonly Operation[];
}

/** The operation that every recording goes through: it has already ended when its workflow is written. */
export const INGEST: Operation = {
  id: 'ingest',
  description: 'Keeps what was brought as a version of its event',
};

/** All operations of this server. */
export const OPERATIONS: readonly Operation[] = [INGEST];

/** Definitions of this server: only that of its configuration, with the ingest as its only operation. */
export const definitionsOf = ({ workflow }: { workflow: string }): Definition[] => [
  {
    id: workflow,
    title: workflow,
    description: 'Takes a recording in and keeps it; nothing is processed after that',
    tags: ['schedule', 'schedule-ng', 'upload'],
    operations: [INGEST],
  },
];

/** The definition of an id; undefined: there is none. */
export const definitionNamed = (config: { workflow: string }, id: string): Definition | undefined =>
  definitionsOf(config).find((one) => one.id === id);

/** Reason why a definition cannot be started by itself, in words for the client. */
export const whyNotStarted = (id: string): string =>
  `this server has nothing to start: ${id} is the ingest alone, which a recording goes through when it is handed over`;

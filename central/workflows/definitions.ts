/** An operation that this server can do. */
export interface Operation {
  id: string;
  description: string;
}

/** What may be named as what happens after an ingest. */
export interface Definition {
  id: string;
  title: string;
  description: string;
  tags: readonly string[];
  operations: readonly Operation[];
}

/** The one operation that every recording goes through: it has ended when its workflow is written. */
export const INGEST: Operation = {
  id: 'ingest',
  description: 'Keeps what was brought as a version of its event',
};

/** All operations of this server. */
export const OPERATIONS: readonly Operation[] = [INGEST];

/** The definitions of this server: that of its configuration, whose only operation is the ingest. */
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

/** Why a definition cannot be started by itself, in words for whoever asks. */
export const whyNotStarted = (id: string): string =>
  `this server has nothing to start: ${id} is the ingest alone, which a recording goes through when it is handed over`;

const refuse = () => (): never => {
  throw new Error('requests are checked by their rows, not by JSON schemas of the route');
};

/**
 * Option `schemaController` for a Fastify whose requests are checked by rows: it loads no compilers of JSON schemas,
 * which would take an eighth of a door's start. A route with a schema of its own throws when it is added.
 */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } };

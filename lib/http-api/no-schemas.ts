const refuse = () => (): never => {
  throw new Error('requests are checked by their rows, not by JSON schemas of the route');
};

/**
 * `schemaController` of a Fastify whose requests are checked by rows: it loads no compilers of JSON schemas, which is an eighth of what a
 * door's start costs. A route with a schema of its own throws when it is added.
 */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } };

import type { z } from 'zod';
import type { Route } from './route.ts';

/** All mistakes in rows, in words; none if clients can rely on the rows. */
export function mistakesInRows(routes: readonly Route[]): string[] {
  const places = routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  return [
    ...twice(routes.map(({ id }) => id)).map((id) => `${id}: two rows have this id`),
    ...twice(places).map((place) => `${place}: two rows stand here`),
    ...routes.flatMap((route) => mistakesIn(route).map((text) => `${route.id}: ${text}`)),
  ];
}

const twice = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];

function mistakesIn(route: Route): string[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const told = keysOf(route.params);
  return [
    ...(/^(\/[\w.-]+|\/\{\w+\})+$/.test(route.path) ? [] : [`${route.path} is no path`]),
    ...inPath.filter((name) => !told.includes(name)).map((name) => `{${name}} has no schema in params`),
    ...told.filter((name) => !inPath.includes(name)).map((name) => `params.${name} is not in the path`),
    ...(route.summary.trim() === '' ? ['has no summary'] : []),
    ...(route.method === 'GET' && (route.body ?? route.upload) ? ['GET has no body'] : []),
    ...(route.body && route.upload ? ['has a body and an upload'] : []),
    ...exampleOf('bodyExample', route.body, route.bodyExample),
    ...('run' in route ? exampleOf('answerExample', route.answer, route.answerExample) : statusesOf(route.answers)),
  ];
}

const keysOf = (schema: z.ZodType | undefined): string[] =>
  Object.keys((schema as { shape?: object } | undefined)?.shape ?? {});

function exampleOf(name: string, schema: z.ZodType | undefined, example: unknown): string[] {
  if (example === undefined) return [];
  if (!schema) return [`${name} is of nothing`];
  const { error } = schema.safeParse(example);
  return (error?.issues ?? []).map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
}

const statusesOf = (answers: Record<number, unknown>): string[] =>
  Object.keys(answers).some((status) => /^2\d\d$/.test(status)) ? [] : ['has no answer that is good'];

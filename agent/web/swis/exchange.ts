import { ask } from '../views/ask.ts';
import { isRefused, mistakesOf } from '#lib/http-api/refusal.ts';
import type { Box } from '../http/route.ts';
import type { Session } from '#agent/device/outcome.ts';
import { isRefusal, refuse, type Json, type Refusal, type SwisView } from './resource.ts';
import { locate, partOf, type Place } from './tree.ts';

/** The answer for one resource: a result, or a refusal. Both have status 200 (facts/smp351 3). */
export type Answer =
  | { meta: { uri: string }; result: Json }
  | { meta: { uri: string; status: string; description: string } };

const UNKNOWN = refuse('E10', 'Unrecognized resource');

const refusedAt = (uri: string, { code, text }: Refusal): Answer => ({
  meta: { uri, status: code, description: text },
});

/** Reads a resource. */
export function read(uri: string, view: SwisView): Answer {
  const place = locate(uri);
  const value = place ? valueAt(place, view) : UNKNOWN;
  return isRefusal(value) ? refusedAt(uri, value) : { meta: { uri }, result: value };
}

function valueAt({ row, at, part }: Place, view: SwisView): Json | Refusal {
  const value = row.get(view, at);
  return isRefusal(value) ? value : (partOf(value, part) ?? UNKNOWN);
}

/** What the setting of a resource needs. */
export interface Asking {
  box: Pick<Box, 'device' | 'sources'>;
  session: Session;
  /** Gives the present values, asked for after each change. */
  view: () => SwisView;
}

/** Sets a resource, or a part of it, and gives its new value. */
export async function write(uri: string, value: unknown, asking: Asking): Promise<Answer> {
  const place = locate(uri);
  const result = place ? await change(place, value, asking) : UNKNOWN;
  return isRefusal(result) ? refusedAt(uri, result) : { meta: { uri }, result };
}

async function change(place: Place, value: unknown, { box, session, view }: Asking): Promise<Json | Refusal> {
  const { row, at, part } = place;
  const before = valueAt(place, view());
  if (isRefusal(before)) return before;
  if (!row.set) return refuse('E14', 'This can only be read');
  if (row.set.access === 'admin' && session.access !== 'admin') return refuse('E24', 'This is for administrators');
  const whole = part.reduceRight((inner, name) => ({ [name]: inner }), value);
  const parsed = row.set.value.safeParse(whole);
  if (!parsed.success) {
    const mistakes = mistakesOf(parsed.error, '').map(({ at: where, text }) => `${where.slice(1)} ${text}`.trim());
    return refuse('E13', `Invalid value: ${mistakes.join('; ')}`);
  }
  const isNothing = typeof parsed.data === 'object' && Object.keys(parsed.data as object).length === 0;
  if (isNothing) return refuse(part.length > 0 ? 'E14' : 'E13', 'There is nothing in this that can be set');
  const wishes = row.set.wishes(view(), parsed.data, at);
  if (isRefusal(wishes)) return wishes;
  for (const [name, params] of wishes) {
    const done = await ask(box, session, name, params);
    if (isRefused(done)) return { code: done.refused.code as Refusal['code'], text: done.refused.text };
  }
  return row.set.told ? (partOf(row.set.told(parsed.data), part) ?? null) : valueAt(place, view());
}

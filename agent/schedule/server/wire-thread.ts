/**
 * The thread of the wires: sockets, TLS and the bytes of servers are handled in it, so that they cannot delay the frame
 * clock.
 */
import { serveOwner } from '#lib/runtime/processes/thread-side.ts';
import type { Reply, SentRequest, WireAsked, WireCalls } from './wire-calls.ts';
import { openWire, WireError, type Wire, type WireAnswer, type WireBody, type WireSettings } from './wire.ts';

const wires = new Map<string, Wire>();
const answers = new Map<number, WireAnswer>();
const givingUp = new Map<number, AbortController>();

const owner = serveOwner<WireAsked, WireCalls>(() => ({
  send,
  giveUp: (id) => givingUp.get(id)?.abort(),
  text: async (id, limit) => Buffer.from(await taken(id).text(limit)),
  save: (id, file, maxBytes) => taken(id).save(file, maxBytes),
  drop: (id) => taken(id).drop(),
}));

/** The wire of these settings. Wires are kept, since a box has only few different settings. */
function wireOf(settings: WireSettings): Wire {
  const key = JSON.stringify([settings.ca, settings.proxy]);
  const known = wires.get(key) ?? openWire(settings);
  wires.set(key, known);
  return known;
}

async function send(id: number, settings: WireSettings, { body, ...request }: SentRequest): Promise<Reply> {
  const abort = new AbortController();
  givingUp.set(id, abort);
  try {
    const whole = body ? { body: { ...body, chunks: () => chunksOf(id) } satisfies WireBody } : {};
    const answer = await wireOf(settings).send({ ...request, ...whole, signal: abort.signal });
    answers.set(id, answer);
    const { status, headers, challenges } = answer;
    return { head: { status, headers, challenges } };
  } catch (error) {
    if (error instanceof WireError) return { failed: error.message, sent: error.sent };
    throw error;
  } finally {
    givingUp.delete(id);
  }
}

async function* chunksOf(id: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = await owner.call('more', id);
    if (!chunk) return;
    yield chunk;
  }
}

function taken(id: number): WireAnswer {
  const answer = answers.get(id);
  if (!answer) throw new Error('this answer was taken before');
  answers.delete(id);
  return answer;
}

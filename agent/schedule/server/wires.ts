import type { Log } from '#lib/runtime/log.ts';
import { openThread, type Thread } from '#lib/runtime/processes/thread.ts';
import type { WireAsked, WireCalls } from './wire-calls.ts';
import {
  TEXT_BYTES,
  WireError,
  type Wire,
  type WireAnswer,
  type WireBody,
  type WireHead,
  type WireRequest,
  type WireSettings,
} from './wire.ts';

/**
 * Opens the wires of the box. All requests are made in one thread, so that the core does not handle what servers send,
 * and how slowly.
 */
export interface Wires {
  /** Opens a wire; after it was closed, it sends nothing more. */
  open(settings: WireSettings): Wire;
  close(): Promise<void>;
}

/** Heap of the thread in MB; if more is needed, the thread is ended. Its requests fail then, and are tried again. */
const HEAP_MB = 64;

/** Opens the thread of the wires, which is started when something is sent. */
export function openWires(log: Log): Wires {
  const bodies = new Map<number, Pouring>();
  const thread = openThread<WireCalls, WireAsked>({
    name: 'wires',
    entry: new URL('./wire-thread.ts', import.meta.url),
    heapMB: HEAP_MB,
    serve: () => ({ more: async (id) => bodies.get(id)?.next() }),
    log,
  });
  let nextId = 1;
  return {
    open(settings) {
      let isClosed = false;
      return {
        async send(request) {
          const id = nextId++;
          if (isClosed) throw new WireError(`${new URL(request.url).host}: given up`, false);
          const { body } = request;
          if (body && !body.piece) bodies.set(id, openPouring(body));
          try {
            return answerOf(thread, id, await headOf(thread, id, settings, request));
          } finally {
            await bodies.get(id)?.end();
            bodies.delete(id);
          }
        },
        close: () => void (isClosed = true),
      };
    },
    close: () => thread.close(),
  };
}

async function headOf(
  thread: Thread<WireCalls>,
  id: number,
  settings: WireSettings,
  { method, url, headers, body, answerMs, signal }: WireRequest,
): Promise<WireHead> {
  const sent = {
    method,
    url,
    ...(headers ? { headers } : {}),
    ...(body ? { body: sentBody(body) } : {}),
    ...(answerMs === undefined ? {} : { answerMs }),
  };
  const reply = await thread
    .use(async (peer) => {
      const giveUp = (): void => void peer.call('giveUp', id).catch(() => undefined);
      const asked = peer.call('send', id, settings, sent);
      if (signal?.aborted) giveUp();
      signal?.addEventListener('abort', giveUp, { once: true });
      return asked.finally(() => signal?.removeEventListener('abort', giveUp));
    })
    // A request counts as sent if its thread ended, since it is not known how far it was.
    .catch((error: unknown) => ({ failed: `${new URL(url).host}: ${wordsOf(error)}`, sent: true }));
  if ('head' in reply) return reply.head;
  throw new WireError(reply.failed, reply.sent);
}

function answerOf(thread: Thread<WireCalls>, id: number, head: WireHead): WireAnswer {
  return {
    ...head,
    async text(limit = TEXT_BYTES) {
      const bytes = await thread
        .use((peer) => peer.call('text', id, limit))
        .catch((error: unknown) => {
          throw new WireError(wordsOf(error), true);
        });
      return bytes.toString('utf8');
    },
    save: (file, maxBytes) => thread.use((peer) => peer.call('save', id, file, maxBytes)),
    drop: () => void thread.use((peer) => peer.call('drop', id)).catch(() => undefined),
  };
}

const sentBody = ({ type, bytes, piece }: WireBody) => ({ type, bytes, ...(piece ? { piece } : {}) });

/** A body that is being sent, piece by piece. */
interface Pouring {
  next(): Promise<Buffer | undefined>;
  end(): Promise<void>;
}

function openPouring(body: WireBody): Pouring {
  const chunks = body.chunks()[Symbol.asyncIterator]();
  let givenBytes = 0;
  return {
    async next() {
      if (givenBytes > 0) body.onSent?.(givenBytes);
      const { done, value } = await chunks.next();
      givenBytes = done ? 0 : value.byteLength;
      if (done) return undefined;
      await body.pace?.(givenBytes);
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    },
    end: async () => void (await chunks.return?.()),
  };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

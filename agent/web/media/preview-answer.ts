import type { FastifyReply } from 'fastify';
import { writePreview } from './preview-stream.ts';
import { type Refused } from '#lib/http-api/refusal.ts';
import { unavailable } from '../http/refusal.ts';
import { SECURITY_HEADERS } from '../http/reply.ts';
import type { Box } from '../http/route.ts';
import type { StreamName } from '#agent/device/state.ts';

/** Time for a stream to begin; then the answer is that there is none. */
const BEGIN_MS = 5000;

/** Sends a stream as fragmented MP4 without end; `mime` replaces the type that names the codecs. */
export async function answerWithPreview(
  { places, sources }: Pick<Box, 'places' | 'sources'>,
  stream: StreamName,
  reply: FastifyReply,
  mime?: string,
): Promise<Refused | undefined> {
  const release = places.previews.take();
  if (!release) return unavailable('too many watch already');
  const begun = Promise.withResolvers<boolean>();
  const late = setTimeout(() => begun.resolve(false), BEGIN_MS);
  const sink = writePreview(reply.raw, SECURITY_HEADERS);
  const leave = sources.preview(stream, {
    ...sink,
    begin(named, init) {
      reply.hijack();
      sink.begin(mime ?? named, init);
      begun.resolve(true);
    },
    end: () => (reply.sent ? sink.end() : begun.resolve(false)),
  });
  const close = (): void => {
    clearTimeout(late);
    begun.resolve(true);
    leave();
    release();
  };
  reply.raw.on('close', close);
  const there = await begun.promise;
  clearTimeout(late);
  if (there) return undefined;
  close();
  return unavailable(`the ${stream} stream does not run`);
}

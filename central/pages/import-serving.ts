import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnreadableFile } from '@amphi/lib/tables/text.ts';
import { formOf, formParts, isFile, type FormField } from '../http/form.ts';
import { onlyFor, whoOf } from '../http/http-access.ts';
import type { Services } from '../http/services.ts';
import { importLectures } from '../timetable/import/import.ts';
import { zoneAsked } from '../timetable/zones.ts';
import type { Seen } from './frame.ts';
import { chooseFile, tryPage, WISHES, type Wish } from './import-page.ts';
import { textsIn } from './pages-texts.ts';
import { keepChoice, told, withChoice } from './reader.ts';

/**
 * Size of a file in bytes: the page sends it to the browser and back as base64 in a form. A larger one must be imported
 * by the command.
 */
const MOST_BYTES = 2_900_000;

/** File in a request: newly chosen, or tried before and now to be imported. */
interface Sent {
  bytes: Buffer;
  source: string;
  wishes: ReadonlySet<Wish>;
  /** Whether the result of the trial was seen and the import confirmed. */
  isConfirmed: boolean;
  /** Language and theme that were chosen on the page of the trial; undefined: no choice was made. */
  language?: string | undefined;
  theme?: string | undefined;
}

/** Serves `/imports/new`: choosing a file, seeing what it would do, importing it. */
export function serveNewImport(
  app: FastifyInstance,
  services: Services,
  { seenOf, show }: { seenOf: (request: FastifyRequest, path: string) => Seen; show: Show },
): void {
  const path = '/imports/new';
  app.get(path, onlyFor('scheduler'), (request, reply) => show(reply, chooseFile(seenOf(request, path), new Set())));
  app.post(path, onlyFor('scheduler'), async (request, reply) => {
    const asked = seenOf(request, path);
    const sent = await sentIn(request);
    if (sent === 'too long')
      return show(reply.code(413), chooseFile(asked, new Set(), textsIn(asked.reader.language).fileForCommand));
    const { bytes, source, wishes, isConfirmed } = sent;
    keepChoice(reply, sent.language, sent.theme);
    const seen = { ...asked, reader: withChoice(asked.reader, sent.language, sent.theme) };
    const tried = { source, content: bytes.toString('base64'), wishes };
    const { zone, note } = zoneAsked(services.roster);
    try {
      const report = await importLectures(services, whoOf(request), bytes, {
        dryRun: !isConfirmed,
        zone,
        unknownHalls: wishes.has('createHalls') ? 'create' : 'refuse',
        cancelMissing: wishes.has('cancelMissing'),
        restore: wishes.has('restore'),
        source,
        notes: note,
      });
      if (report.applied) return await reply.code(303).header('location', '/imports').send();
      return show(reply, tryPage(seen, report, tried));
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return show(reply.code(400), chooseFile(seen, wishes, told(error.message, seen.reader), tried));
    }
  });
}

type Show = (reply: FastifyReply, page: string) => FastifyReply;

async function sentIn(request: FastifyRequest): Promise<Sent | 'too long'> {
  const fields: FormField[] = [];
  let file: { bytes: Buffer; name: string } | undefined;
  for await (const part of formParts(request)) {
    if (!isFile(part)) {
      fields.push(part);
      continue;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of part.stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MOST_BYTES) return 'too long';
      chunks.push(chunk);
    }
    file = { bytes: Buffer.concat(chunks), name: part.fileName };
  }
  const form = formOf(fields);
  const wishes = new Set(WISHES.filter((wish) => form.get(wish) === 'true'));
  if (file) return { bytes: file.bytes, source: file.name.slice(0, 200), wishes, isConfirmed: false };
  const bytes = Buffer.from(form.get('content') ?? '', 'base64');
  return {
    bytes,
    source: (form.get('source') ?? '').slice(0, 200),
    wishes,
    isConfirmed: form.get('confirmed') === 'true',
    language: form.get('language'),
    theme: form.get('theme'),
  };
}

import { z } from 'zod';
import { endSchema } from '../../intake/growing/metadata.ts';
import { whoOf } from '../http-access.ts';
import { apiRoute, refused, type AnyRoute } from './route.ts';

export const growingEndRoutes: readonly AnyRoute[] = [
  apiRoute({
    id: 'endGrowing',
    method: 'PUT',
    path: '/growing/{id}/finished',
    summary: 'Tell the end of a recording that was sent while it was recorded',
    description:
      'The server makes the finished MP4 of the first `bytes` of the upload, with these tags and chapters; asked again, it says whether it is made. With `sha256`, the checksum of the agent’s own finished file, it also says whether both are the same: then `addTrack` with the address of the upload as its `url` takes it, and the file need not be sent.',
    access: ['agent', 'scheduler'],
    params: z.strictObject({ id: z.string() }),
    body: endSchema,
    answer: z.object({
      state: z.enum(['incomplete', 'making', 'made', 'failed']),
      bytes: z.number().optional(),
      sha256: z.string().optional(),
      why: z.string().optional(),
    }),
    async run({ services: { growing }, request, params: { id }, body: { bytes, tags, chapters, sha256 } }) {
      const who = whoOf(request);
      const row = await growing.find(who, id);
      if (!row) return refused(404, `there is no upload ${id.slice(0, 100)}`);
      return growing.end(who, row, { bytes, words: { tags, chapters } }, sha256);
    },
  }),
];

import { z } from 'zod';
import { endSchema } from '../../intake/growing/metadata.ts';
import { tracksSchema } from '../../intake/growing/growing-tracks.ts';
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
  apiRoute({
    id: 'tellGrowingTracks',
    method: 'PUT',
    path: '/growing/{id}/tracks',
    summary: 'Tell the slides and layouts of a recording while it is recorded',
    description:
      'Both are the texts that are handed over with the recording at its end, with times of this file. The last ones count. The words of slides that have ended are read while the recording goes on, if the workflow of its event will want them.',
    access: ['agent', 'scheduler'],
    params: z.strictObject({ id: z.string() }),
    body: tracksSchema,
    answer: z.object({ slides: z.number() }),
    async run({ services: { growing }, request, params: { id }, body }) {
      const row = await growing.find(whoOf(request), id);
      if (!row) return refused(404, `there is no upload ${id.slice(0, 100)}`);
      const told = await growing.tellTracks(row, body);
      return 'why' in told ? refused(400, told.why) : told;
    },
  }),
];

import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import { elementOf } from '../../../editing/recording.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { isCut } from '../../../store/lists/cut-file.ts';
import { isList } from '../../../store/lists/list-file.ts';
import { openListSender } from '../../published/send-list.ts';
import type { RouteModule } from '../../services.ts';
import { checkEditor, EDITORS, words } from './editor-access.ts';

type Asked = FastifyRequest<{ Params: { id: string; element: string; file: string } }>;

/** Path of a file of a recording, for those who may edit it. */
export const elementPath = (event: string, { id, file_name: name }: Pick<ElementRow, 'id' | 'file_name'>): string =>
  `/editor/${[event, 'elements', id, name].map(encodeURIComponent).join('/')}`;

/**
 * Serves `/editor/{id}/elements/{element}/{file}`: files of the newest version and of its workflows, also in ranges. Those of
 * workflows are shown nowhere else before they are published.
 */
export const elementRoutes: RouteModule = async (app, { store, database }) => {
  await app.register(fastifyStatic, { root: store.folder, serve: false, cacheControl: false, dotfiles: 'deny' });
  const lists = openListSender(store);
  app.get('/editor/:id/elements/:element/:file', EDITORS, async (request: Asked, reply) => {
    const { id, element, file } = request.params;
    await checkEditor(database, request, id);
    const found = await elementOf(database, id, element);
    if (found?.file_name !== file) return words(reply, 404, `this event has no file ${element}/${file}`);
    // A cut film is written for programs only; the editor shows the recording, and leaves out what is cut away.
    if (isCut(found.path)) return words(reply, 404, `${file} is not written as a file`);
    // A file never changes: a changed one is a new element.
    void reply.header('cache-control', 'private, max-age=86400, immutable').type(found.mime_type);
    return isList(found.path) ? lists.send(request, reply, found.path) : reply.sendFile(found.path);
  });
};

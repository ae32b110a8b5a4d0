import { wordsOf } from '../../../catalogue/event-rows.ts';
import { findEvent } from '../../../catalogue/list-events.ts';
import { changeEvent } from '../../../timetable/schedule.ts';
import { toldOfEvent } from '../../external-api/event-json.ts';
import { catalogsField, catalogsJson, EPISODE } from '../../external-api/metadata.ts';
import { whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';
import { bodyText } from './body-text.ts';
import { checkEditor, EDITORS, noEvent, WORD_EDITORS, type ById } from './editor-access.ts';

/** Serves `/editor/{id}/metadata.json`: descriptions as Opencast's forms have them (facts/opencast 3.15). */
export const metadataRoutes: RouteModule = (app, services) => {
  const { database } = services;
  app.get('/editor/:id/metadata.json', EDITORS, async (request: ById, reply) => {
    const { id } = request.params;
    await checkEditor(database, request, id);
    const event = await findEvent(database, id);
    return event ? catalogsJson(EPISODE, wordsOf(event), toldOfEvent(event)) : noEvent(reply, id);
  });
  app.post('/editor/:id/metadata.json', WORD_EDITORS, async (request: ById, reply) => {
    const { id } = request.params;
    await checkEditor(database, request, id);
    const { words, seriesId } = catalogsField(await bodyText(request), EPISODE);
    const done = await changeEvent(services, whoOf(request), id, { words, seriesId });
    return done.kind === 'missing' ? noEvent(reply, id) : reply.code(200).send();
  });
};

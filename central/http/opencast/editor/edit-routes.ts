import { BadRequest } from '../../../catalogue/bad-request.ts';
import { findEvent } from '../../../catalogue/list-events.ts';
import { savedEdit } from '../../../editing/edit-shown.ts';
import { measureOf, recordingOf, sourcesOf } from '../../../editing/recording.ts';
import { saveEdit } from '../../../editing/save-edit.ts';
import { catalogsField, EPISODE } from '../../external-api/metadata.ts';
import { whoOf } from '../../http-access.ts';
import type { RouteModule } from '../../services.ts';
import { bodyText } from './body-text.ts';
import { editSent } from './edit-form.ts';
import { editJson } from './edit-json.ts';
import { checkEditor, EDITORS, noEvent, notRecorded, WORD_EDITORS, words, type ById } from './editor-access.ts';
import { elementPath } from './element-routes.ts';
import { editWorkflows, publishEdit, whyNotPublished } from './publish-edit.ts';

/** Serves `/editor/{id}/edit.json`: what Opencast's editor shows, and what it saves (facts/opencast 3.15). */
export const editRoutes: RouteModule = (app, services) => {
  const { database, store } = services;
  const shown = async (id: string) => {
    const [event, recording] = await Promise.all([findEvent(database, id), recordingOf(database, id)]);
    if (!event || !recording) return { event };
    const sources = sourcesOf(recording);
    const measure = measureOf(sources);
    return {
      event,
      found: { event, recording, sources, measure, edit: await savedEdit(store, event, recording, measure) },
    };
  };
  app.get('/editor/:id/edit.json', EDITORS, async (request: ById, reply) => {
    const { id } = request.params;
    await checkEditor(database, request, id);
    const { event, found } = await shown(id);
    if (!event) return noEvent(reply, id);
    if (!found) return notRecorded(reply);
    const workflows = editWorkflows(services);
    const base = services.urlFor(request);
    const urlOf = (element: { id: string; file_name: string }): string => `${base}${elementPath(id, element)}`;
    return editJson({ ...found, workflows, account: whoOf(request).name, urlOf });
  });
  app.post('/editor/:id/edit.json', WORD_EDITORS, async (request: ById, reply) => {
    const { id } = request.params;
    await checkEditor(database, request, id);
    const { event, found } = await shown(id);
    if (!event) return noEvent(reply, id);
    if (!found) return notRecorded(reply);
    const sent = await editSent(parsed(await bodyText(request)), { ...found, saved: found.edit });
    const metadata = sent.metadata === undefined ? undefined : catalogsField(sent.metadata, EPISODE);
    const why = sent.workflow === undefined ? undefined : whyNotPublished(services, found.recording, sent.workflow);
    if (why) return words(reply, why.status, why.text);
    const who = whoOf(request);
    const change = metadata && { words: metadata.words, seriesId: metadata.seriesId };
    const saved = await saveEdit(services, { ...sent, metadata: change, event: id, who });
    if (saved.kind === 'missing') return noEvent(reply, id);
    if (saved.kind === 'not recorded') return notRecorded(reply);
    if (saved.kind === 'changed') return words(reply, 409, 'the recording was changed meanwhile: load it again');
    if (sent.workflow === undefined) return reply.code(200).send();
    const begun = await publishEdit(services, { event: id, workflow: sent.workflow, who });
    if (typeof begun === 'number') return reply.code(200).send();
    return words(
      reply,
      423,
      `the edit is saved, as version ${saved.version}, and is not published: workflow ${sent.workflow} did not begin: ${begun.why}`,
    );
  });
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('the edit is no JSON');
  }
}

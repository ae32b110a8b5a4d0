import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { eventsByForeignReader } from '../../lib/opencast/foreign-reader.ts';
import { askOf, openRig } from '../rig.ts';

const rig = await openRig(MODULES);
const ask = askOf(rig);
await rig.addAgents('Amphi_D', 'Amphi_E');
after(() => rig.close());

const TITLE = `Cœur; rein, foie 🎓 ${'é'.repeat(100)}`;

async function scheduled(agent: string, title: string, start: string, end: string): Promise<string> {
  const made = await ask(
    'POST',
    '/api/events',
    {
      metadata: [
        {
          flavor: 'dublincore/episode',
          fields: [
            { id: 'title', value: title },
            { id: 'creator', value: ['Mme Curie'] },
          ],
        },
      ],
      acl: [],
      scheduling: { agent_id: agent, start, end },
    },
    { multipart: true },
  );
  assert.equal(made.status, 201, made.text);
  return ([made.json].flat() as { identifier: string }[])[0]?.identifier ?? '';
}

test('the calendar of an agent says to a reader that is not ours what was scheduled', async () => {
  // The last lecture of summer time in Paris, and the first of winter time.
  const summer = await scheduled('Amphi_D', TITLE, '2096-10-27T06:30:00Z', '2096-10-27T08:30:00Z');
  const winter = await scheduled('Amphi_D', 'Hiver', '2096-10-28T07:30:00Z', '2096-10-28T09:30:00Z');
  await scheduled('Amphi_E', 'Ailleurs', '2096-10-28T07:30:00Z', '2096-10-28T09:30:00Z');
  const { status, text, type } = await ask('GET', '/recordings/calendars?agentid=Amphi_D', undefined, { as: 'agent' });
  assert.deepEqual([status, type.split(';')[0]], [200, 'text/calendar']);
  const read = eventsByForeignReader(text);
  assert.deepEqual([...read.keys()].toSorted(), [summer, winter].toSorted());
  const [first, second] = [read.get(summer), read.get(winter)];
  assert.deepEqual(
    [first?.title, first?.location, first?.startsAtMs, first?.endsAtMs],
    [TITLE, 'Amphi_D', Date.parse('2096-10-27T06:30:00Z'), Date.parse('2096-10-27T08:30:00Z')],
  );
  assert.equal(second?.startsAtMs, Date.parse('2096-10-28T07:30:00Z'));
  const episode = first?.attachments.find(({ name }) => name === 'episode.xml');
  assert.equal(episode?.mimeType, 'application/xml');
  assert.match(episode?.content ?? '', new RegExp(`<dcterms:title[^>]*>${TITLE}</dcterms:title>`));
  assert.match(episode?.content ?? '', /Mme Curie/);
  assert.ok(first?.attachments.some(({ name }) => name === 'org.opencastproject.capture.agent.properties'));
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import { attributeOf, childNamed, childrenNamed, childText, textOf, type XmlElement } from '#lib/opencast/xml/xml.ts';
import { openIngestRig, type IngestRig } from '../../ingest-rig.ts';
import { handOver, read, type Asker } from '../opencast/recorded-rig.ts';
import { openPublishingRig, type PublishingRig } from './published-rig.ts';

let on: IngestRig;
let publishing: PublishingRig;
const HOSTILE = '</title><script>alert(1)</script>\u0000\ud800';

before(async () => {
  on = await openIngestRig();
  publishing = openPublishingRig(on);
  await on.rig.services.database
    .insertInto('series')
    .values([
      { id: 'anatomy', title: 'Anatomie & <os>' },
      { id: 'closed', title: 'Closed' },
    ])
    .execute();
  const everybody = [{ role: 'ROLE_ANONYMOUS', action: 'read' }];
  const films = [
    {
      name: 'hd.mp4',
      flavor: 'presenter/delivery',
      content: on.movie,
      more: { streams: [{ kind: 'video', codec: 'h264', heightPx: 720 }] as never },
    },
    {
      name: 'low.mp4',
      flavor: 'presenter/delivery',
      content: on.movie,
      more: { streams: [{ kind: 'video', codec: 'h264', heightPx: 360 }] as never },
    },
    {
      name: 'sound.mp3',
      flavor: 'presenter/delivery',
      content: 'mp3',
      more: { streams: [{ kind: 'audio', codec: 'mp3' }] as never },
    },
    { name: 'cover.jpg', flavor: 'presenter/search+preview', content: 'jpg' },
  ];
  const terms = { creator: 'Mme Curie', subject: 'Os', description: 'Un <cours>', isPartOf: 'anatomy' };
  await handOver(on, {
    id: 'first',
    acl: everybody,
    terms: { ...terms, title: 'Premier', created: '2026-11-20T09:00:00Z' },
  });
  await publishing.publish('first', films);
  await handOver(on, {
    id: 'second',
    acl: everybody,
    terms: { ...terms, title: 'Second', created: '2026-11-21T09:00:00Z' },
  });
  await publishing.publish('second', films);
  await on.rig.services.database
    .updateTable('events')
    .set({ title: HOSTILE.replace('\u0000', '').toWellFormed() })
    .where('id', '=', 'second')
    .execute();
  await handOver(on, {
    id: 'hidden',
    acl: [{ role: 'C1', action: 'read' }],
    terms: { title: 'Hidden', isPartOf: 'closed' },
  });
  await publishing.publish('hidden', films);
});
after(() => on.close());

const ask = async (path: string, who: Asker = {}): Promise<XmlElement> => {
  const { status, text } = await read(on, path, who);
  assert.equal(status, 200, text);
  return parseXml(text);
};
const itemsOf = (rss: XmlElement): XmlElement[] => childrenNamed(childNamed(rss, 'channel') as XmlElement, 'item');

test('RSS has the lectures that everybody may see, the newest first, each with a film that can be loaded', async () => {
  const rss = await ask('/feeds/rss/2.0/series/anatomy');
  assert.equal(childText(childNamed(rss, 'channel') as XmlElement, 'title'), 'Anatomie & <os>');
  const items = itemsOf(rss);
  assert.deepEqual(
    items.map((item) => childText(item, 'guid')),
    ['second', 'first'],
  );
  assert.match(childText(items[0] as XmlElement, 'title') ?? '', /^<\/title><script>/, 'hostile text is text');
  const [, first] = items as [XmlElement, XmlElement];
  assert.equal(childText(first, 'pubDate'), 'Fri, 20 Nov 2026 09:00:00 GMT');
  assert.equal(childText(first, 'description'), 'Un <cours>');
  const enclosure = childNamed(first, 'enclosure') as XmlElement;
  assert.match(attributeOf(enclosure, 'url') ?? '', /low\.mp4$/);
  assert.equal(attributeOf(enclosure, 'length'), String(on.movie.length));
  assert.equal((await read(on, attributeOf(enclosure, 'url') ?? '')).status, 200);
});

test('a podcast begins with the sound, and has pictures and lengths for players', async () => {
  const [item] = itemsOf(await ask('/feeds/podcast/series/anatomy')) as [XmlElement];
  assert.equal(attributeOf(childNamed(item, 'enclosure') as XmlElement, 'type'), 'audio/mpeg');
  const image = item.children.find((one) => typeof one !== 'string' && one.name === 'image') as XmlElement;
  assert.equal(image.namespace, 'http://www.itunes.com/dtds/podcast-1.0.dtd');
  assert.equal((await read(on, attributeOf(image, 'href') ?? '')).text, 'jpg');
});

test('Atom has all films, and the same mark until something changes', async () => {
  const feed = await ask('/feeds/atom/1.0/latest?size=2');
  const entries = childrenNamed(feed, 'entry');
  assert.equal(entries.length, 2);
  const links = childrenNamed(entries[0] as XmlElement, 'link').filter(
    (link) => attributeOf(link, 'rel') === 'enclosure',
  );
  assert.equal(links.length, 3);
  const url = '/feeds/atom/1.0/latest';
  const mark = String((await on.rig.app.inject({ url })).headers['etag']);
  assert.equal((await on.rig.app.inject({ url, headers: { 'if-none-match': mark } })).statusCode, 304);
  await publishing.retract('first');
  const after = await on.rig.app.inject({ url, headers: { 'if-none-match': mark } });
  assert.equal(after.statusCode, 200);
  assert.doesNotMatch(after.payload, /Premier/);
});

test('a feed shows nothing of what the caller may not see', async () => {
  assert.doesNotMatch(textOf(await ask('/feeds/rss/2.0/latest')), /Hidden/);
  assert.equal((await read(on, '/feeds/rss/2.0/series/closed')).status, 404);
  assert.equal((await read(on, '/feeds/rss/2.0/series/none')).status, 404);
  assert.deepEqual(itemsOf(await ask('/feeds/rss/2.0/series/closed', { as: 'admin', roles: 'C1' })).length, 1);
  assert.equal((await read(on, '/feeds/rss/2.0/latest?size=many')).status, 400);
});

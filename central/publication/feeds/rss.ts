import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { Feed, FeedEntry } from './feed.ts';

const ATOM = 'http://www.w3.org/2005/Atom';
const DC = 'http://purl.org/dc/elements/1.1/';
const ITUNES = 'http://www.itunes.com/dtds/podcast-1.0.dtd';

const plain = (name: string, text: string | undefined, attributes = {}): XmlElement | undefined =>
  text === undefined ? undefined : element('', name, attributes, [text]);
const itunes = (name: string, text: string | undefined, attributes = {}): XmlElement | undefined =>
  text === undefined ? undefined : element(ITUNES, name, attributes, text === '' ? [] : [text]);

/** A time as RSS has it: `Mon, 30 Nov 2026 09:00:00 GMT`. */
const rfc822 = (ms: number): string => new Date(ms).toUTCString();

/** A feed as RSS 2.0, with what podcast players read besides. */
export function rssOf(feed: Feed): string {
  const { title, link, description, language, author, self, image, changedMs, entries } = feed;
  const channel = element('', 'channel', {}, [
    plain('title', title),
    plain('link', link),
    plain('description', description),
    plain('language', language),
    plain('generator', 'Amphi'),
    plain('lastBuildDate', changedMs === undefined ? undefined : rfc822(changedMs)),
    element(ATOM, 'link', { rel: 'self', type: 'application/rss+xml', href: self }),
    itunes('author', author),
    itunes('explicit', 'false'),
    itunes('category', '', { text: 'Education' }),
    image === undefined ? undefined : itunes('image', '', { href: image }),
    ...entries.map(itemOf),
  ]);
  return formatXml(element('', 'rss', { version: '2.0' }, [channel]), {
    [ATOM]: 'atom',
    [DC]: 'dc',
    [ITUNES]: 'itunes',
  });
}

function itemOf(entry: FeedEntry): XmlElement {
  const [enclosure] = entry.enclosures;
  const durationMs = enclosure?.durationMs ?? entry.durationMs;
  return element('', 'item', {}, [
    plain('title', entry.title),
    plain('link', entry.link),
    plain('guid', entry.id, { isPermaLink: 'false' }),
    plain('pubDate', rfc822(entry.atMs)),
    plain('description', entry.description),
    ...entry.creators.map((creator) => element(DC, 'creator', {}, [creator])),
    ...entry.subjects.map((subject) => plain('category', subject)),
    enclosure &&
      element('', 'enclosure', {
        url: enclosure.url,
        length: String(enclosure.sizeBytes),
        type: enclosure.mimeType,
      }),
    itunes('author', entry.creators.length > 0 ? entry.creators.join(', ') : undefined),
    itunes('duration', durationMs === null ? undefined : String(Math.round(durationMs / 1000))),
    entry.image === undefined ? undefined : itunes('image', '', { href: entry.image }),
  ]);
}

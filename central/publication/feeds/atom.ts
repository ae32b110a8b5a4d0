import { w3cOf } from '@amphi/lib/opencast/dates.ts';
import { element, XML_NAMESPACE, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { Feed, FeedEntry } from './feed.ts';

const ATOM = 'http://www.w3.org/2005/Atom';

const atom = (name: string, attributes: Record<string, string>, text?: string): XmlElement =>
  element(ATOM, name, attributes, text === undefined ? [] : [text]);
const person = (name: string): XmlElement => element(ATOM, 'author', {}, [atom('name', {}, name)]);

/** A feed as Atom 1.0 (RFC 4287). */
export function atomOf(feed: Feed): string {
  const { title, self, link, author, language, changedMs, entries } = feed;
  const root = element(ATOM, 'feed', {}, [
    atom('title', {}, title),
    atom('id', {}, self),
    atom('updated', {}, w3cOf(changedMs ?? 0)),
    atom('link', { rel: 'self', type: 'application/atom+xml', href: self }),
    atom('link', { rel: 'alternate', href: link }),
    atom('generator', {}, 'Amphi'),
    person(author ?? 'Amphi'),
    ...entries.map(entryOf),
  ]);
  const lang = language === undefined ? [] : [{ name: 'lang', namespace: XML_NAMESPACE, value: language }];
  return formatXml({ ...root, attributes: lang }, { [ATOM]: '' });
}

const entryOf = (entry: FeedEntry): XmlElement =>
  element(ATOM, 'entry', {}, [
    atom('title', {}, entry.title),
    atom('id', {}, `urn:x-amphi:${encodeURIComponent(entry.id)}`),
    atom('updated', {}, w3cOf(entry.changedMs)),
    atom('published', {}, w3cOf(entry.atMs)),
    atom('link', { rel: 'alternate', href: entry.link }),
    ...entry.creators.map(person),
    ...entry.subjects.map((term) => atom('category', { term })),
    atom('summary', {}, entry.description),
    ...(entry.license === undefined ? [] : [atom('rights', {}, entry.license)]),
    ...entry.enclosures.map(({ url, mimeType, sizeBytes }) =>
      atom('link', { rel: 'enclosure', href: url, type: mimeType, length: String(sizeBytes) }),
    ),
  ]);

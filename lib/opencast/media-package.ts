import { msOfW3c, w3cOf } from './dates.ts';
import {
  attributeOf,
  childNamed,
  childrenNamed,
  childText,
  element,
  elementsOf,
  textOf,
  XmlError,
  type XmlElement,
} from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';
import { formatXml } from './xml/xml-write.ts';

/**
 * Media packages: the files of an event with their places. An ingest passes one from step to step (facts/opencast
 * 1.10).
 */

/** Namespace of media packages. */
export const MEDIAPACKAGE_NAMESPACE = 'http://mediapackage.opencastproject.org';

/** The checksum of a file. */
export interface Checksum {
  /** Algorithm: `md5`, `sha256` and others. */
  type: string;
  value: string;
}

/** A track, catalog or attachment. */
export interface PackageElement {
  id: string;
  /** Flavor: `presenter/source`, `dublincore/episode` and others; a publication has a channel instead. */
  flavor: string;
  /** Reference: `track:<id>`, `mediapackage:<id>` and others, with the part after a `;`. */
  ref?: string;
  mimeType?: string;
  tags: string[];
  url?: string;
  checksum?: Checksum;
  sizeBytes?: number;
  durationMs?: number;
  /** Attributes that are not read (such as `transport`); they are written again. */
  attributes: Record<string, string>;
  /** Children that are not read (`audio`, `video`, `live` and others); they are written again. */
  rest: XmlElement[];
}

/** A media package. Times are milliseconds since 1970. */
export interface MediaPackage {
  id: string;
  startsAtMs?: number;
  durationMs?: number;
  title?: string;
  /** Id of the series. */
  series?: string;
  seriesTitle?: string;
  language?: string;
  license?: string;
  creators: string[];
  contributors: string[];
  subjects: string[];
  tracks: PackageElement[];
  catalogs: PackageElement[];
  attachments: PackageElement[];
  /** Publications and other children that are not read; they are written again. */
  rest: XmlElement[];
}

const MEDIA_PACKAGE_ID = /^[\w\-.:;()]{1,128}$/;

/** Whether Opencast accepts this as the id of a media package (facts/opencast 1.9). */
export const isMediaPackageId = (text: string): boolean => MEDIA_PACKAGE_ID.test(text);

/** A media package without files. */
export const emptyMediaPackage = (id: string, startsAtMs?: number): MediaPackage => ({
  id,
  ...(startsAtMs === undefined ? {} : { startsAtMs }),
  creators: [],
  contributors: [],
  subjects: [],
  tracks: [],
  catalogs: [],
  attachments: [],
  rest: [],
});

/**
 * Reads a media package that is a document, or a part of one (a workflow instance). Throws `XmlError`, also if it has
 * no id.
 */
export function parseMediaPackage(text: string): MediaPackage {
  const found = findPackage(parseXml(text));
  if (!found) throw new XmlError('there is no mediapackage element');
  return mediaPackageOf(found);
}

function findPackage(root: XmlElement): XmlElement | undefined {
  if (root.name === 'mediapackage') return root;
  for (const child of elementsOf(root)) {
    const found = findPackage(child);
    if (found) return found;
  }
  return undefined;
}

const GROUPS = {
  tracks: ['media', 'track'],
  catalogs: ['metadata', 'catalog'],
  attachments: ['attachments', 'attachment'],
} as const;
const LISTS = { creators: 'creator', contributors: 'contributor', subjects: 'subject' } as const;
const WORDS = {
  title: 'title',
  series: 'series',
  seriesTitle: 'seriestitle',
  language: 'language',
  license: 'license',
} as const;
const READ = new Set<string>([...Object.values(WORDS), ...Object.keys(LISTS), 'media', 'metadata', 'attachments']);

/** Reads a `mediapackage` element. Throws `XmlError` if it has no id. */
export function mediaPackageOf(root: XmlElement): MediaPackage {
  const id = attributeOf(root, 'id');
  if (!id) throw new XmlError('the media package has no id');
  const startsAtMs = msOfW3c(attributeOf(root, 'start') ?? '');
  const durationMs = numberOf(attributeOf(root, 'duration'));
  const group = ([list, name]: readonly [string, string]): PackageElement[] =>
    childrenNamed(childNamed(root, list) ?? root, name).map(packageElementOf);
  const list = (plural: string, name: string): string[] =>
    childrenNamed(childNamed(root, plural) ?? root, name)
      .map(textOf)
      .filter(Boolean);
  const words = Object.entries(WORDS).map(([key, name]) => [key, childText(root, name)]);
  return {
    id,
    ...(startsAtMs === undefined ? {} : { startsAtMs }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...Object.fromEntries(words.filter(([, value]) => value !== undefined)),
    creators: list('creators', LISTS.creators),
    contributors: list('contributors', LISTS.contributors),
    subjects: list('subjects', LISTS.subjects),
    tracks: group(GROUPS.tracks),
    catalogs: group(GROUPS.catalogs),
    attachments: group(GROUPS.attachments),
    rest: elementsOf(root).filter(({ name, children }) => !READ.has(name) && children.length > 0),
  };
}

const CHILDREN_READ = new Set(['mimetype', 'tags', 'url', 'checksum', 'size', 'duration']);
const ATTRIBUTES_READ = new Set(['id', 'type', 'ref']);

function packageElementOf(one: XmlElement): PackageElement {
  const [ref, mimeType, url] = [attributeOf(one, 'ref'), childText(one, 'mimetype'), childText(one, 'url')];
  const [sizeBytes, durationMs] = [numberOf(childText(one, 'size')), numberOf(childText(one, 'duration'))];
  const sum = childNamed(one, 'checksum');
  const tags = childNamed(one, 'tags');
  const others = one.attributes.filter(({ name, namespace }) => namespace === '' && !ATTRIBUTES_READ.has(name));
  return {
    id: attributeOf(one, 'id') ?? '',
    flavor: attributeOf(one, 'type') ?? '',
    ...(ref ? { ref } : {}),
    ...(mimeType ? { mimeType } : {}),
    tags: tags ? childrenNamed(tags, 'tag').map(textOf).filter(Boolean) : [],
    ...(url ? { url } : {}),
    ...(sum ? { checksum: { type: attributeOf(sum, 'type') ?? '', value: textOf(sum) } } : {}),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(durationMs === undefined ? {} : { durationMs }),
    attributes: Object.fromEntries(others.map(({ name, value }) => [name, value])),
    rest: elementsOf(one).filter(({ name }) => !CHILDREN_READ.has(name)),
  };
}

/** A whole number of bytes or milliseconds, for `size` and `duration`; other text is ignored. */
function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** A media package as an XML document. */
export const formatMediaPackage = (mediaPackage: MediaPackage): string =>
  formatXml(mediaPackageElement(mediaPackage), { [MEDIAPACKAGE_NAMESPACE]: '' });

/** The `mediapackage` element, for use inside of other documents. */
export function mediaPackageElement(mediaPackage: MediaPackage): XmlElement {
  const { id, startsAtMs, durationMs } = mediaPackage;
  const attributes = {
    id,
    start: startsAtMs === undefined ? undefined : w3cOf(startsAtMs),
    duration: durationMs === undefined ? undefined : String(durationMs),
  };
  const { tracks, catalogs, attachments } = mediaPackage;
  const publications = mediaPackage.rest.some(({ name }) => name === 'publications');
  return mp('mediapackage', attributes, [
    ...Object.entries(WORDS).map(([key, name]) => optional(name, mediaPackage[key as keyof typeof WORDS])),
    ...Object.entries(LISTS).map(([plural, name]) => {
      const values = mediaPackage[plural as keyof typeof LISTS];
      return values.length > 0
        ? mp(
            plural,
            {},
            values.map((value) => mp(name, {}, [value])),
          )
        : undefined;
    }),
    mp(
      'media',
      {},
      tracks.map((one) => packageElement('track', one)),
    ),
    mp(
      'metadata',
      {},
      catalogs.map((one) => packageElement('catalog', one)),
    ),
    mp(
      'attachments',
      {},
      attachments.map((one) => packageElement('attachment', one)),
    ),
    ...mediaPackage.rest,
    publications ? undefined : mp('publications'),
  ]);
}

function packageElement(name: string, one: PackageElement): XmlElement {
  const { id, flavor, ref, mimeType, tags, url, checksum, sizeBytes, durationMs } = one;
  return mp(name, { id, type: flavor, ref, ...one.attributes }, [
    optional('mimetype', mimeType),
    mp(
      'tags',
      {},
      tags.map((tag) => mp('tag', {}, [tag])),
    ),
    optional('url', url),
    checksum && mp('checksum', { type: checksum.type }, [checksum.value]),
    optional('size', sizeBytes?.toString()),
    optional('duration', durationMs?.toString()),
    ...one.rest,
  ]);
}

const mp = (...[name, attributes, children]: Tail<Parameters<typeof element>>): XmlElement =>
  element(MEDIAPACKAGE_NAMESPACE, name, attributes, children);

type Tail<T extends readonly unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

const optional = (name: string, value: string | undefined): XmlElement | undefined =>
  value === undefined ? undefined : mp(name, {}, [value]);

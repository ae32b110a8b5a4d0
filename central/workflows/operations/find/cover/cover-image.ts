import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import {
  childNamed,
  childText,
  childrenNamed,
  textOf,
  XmlError,
  type XmlElement,
} from '@amphi/lib/opencast/xml/xml.ts';
import { parseXml } from '@amphi/lib/opencast/xml/xml-read.ts';
import type { Database } from '../../../../store/connect.ts';
import { eventNamed } from '../../../../catalogue/events.ts';
import { seriesNamed } from '../../../../catalogue/series.ts';
import { wordsOf } from '../../../../catalogue/event-rows.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { selectedBy } from '../../selecting.ts';
import { drawCover, PosterError, type Cover } from './draw-cover.ts';

/** Pixels of a side of a cover; a larger one is refused. */
const MOST_PX = 4096;

/** `cover-image`: draws a picture with title, speakers and date, by a template of our own. */
export const coverImage = ({ database }: OperationNeeds): Operation => ({
  id: 'cover-image',
  weight: 'light',
  async run(context) {
    const { keys } = context;
    const [widthPx, heightPx] = [sideOf(context, 'width'), sideOf(context, 'height')];
    context.log(`drawn by the template of this server: the stylesheet ${keys.needed('stylesheet')} is not run`);
    const words = await wordsFor(database, context);
    const png = await drawn(context, { widthPx, heightPx, ...words });
    await writeFile(join(await context.folder(), 'cover.png'), png);
    const made = await context.take({
      file: 'cover.png',
      kind: 'attachment',
      flavor: keys.needed('target-flavor'),
      tags: keys.list('target-tags'),
    });
    return { kind: 'done', added: [made] };
  },
});

function sideOf({ keys }: OperationContext, name: 'width' | 'height'): number {
  const px = keys.number(name);
  if (px !== undefined && px >= 16 && px <= MOST_PX) return px;
  throw new OperationFailed(`${name} has to be between 16 and ${MOST_PX} pixels, not ${px ?? 'nothing'}`);
}

/** Draws with the poster; without it if it cannot be used. */
async function drawn(context: OperationContext, cover: Cover): Promise<Buffer> {
  const poster = await posterOf(context);
  try {
    return await drawCover({ ...cover, poster });
  } catch (error) {
    if (!(error instanceof PosterError)) throw error;
    context.log(`the picture for the background is left out: ${error.message}`, 'warning');
    return drawCover(cover);
  }
}

async function posterOf(context: OperationContext): Promise<string | undefined> {
  const { keys } = context;
  const address = keys.text('posterimage') ?? keys.text('posterimage-url');
  if (address !== undefined)
    context.log('posterimage is not fetched: give the flavor of an element in posterimage-flavor', 'warning');
  const element = selectedBy(context, { flavors: ['posterimage-flavor'] }).at(-1);
  return element && (await context.pathOf(element));
}

type Words = Pick<Cover, 'title' | 'speakers' | 'detail'>;

/** What is known of an event. */
interface Told {
  title: string;
  speakers: readonly string[];
  atMs: number | undefined;
  series: string | undefined;
  language: string | undefined;
}

/** Words of a cover: those of the key `metadata`, else of the event. */
async function wordsFor(database: Database, context: OperationContext): Promise<Words> {
  const metadata = context.keys.text('metadata');
  const told = metadata === undefined ? await toldOf(database, context) : toldIn(metadata);
  const day = told.atMs === undefined ? undefined : dayOf(told.atMs, told.language);
  const detail = [day, told.series].filter((one) => one !== undefined && one !== '');
  return { title: told.title, speakers: told.speakers.join(', '), detail: detail.join(' · ') };
}

async function toldOf(database: Database, { workflow }: OperationContext): Promise<Told> {
  const event = await eventNamed(database, workflow.event);
  if (!event) throw new OperationFailed(`there is no event ${workflow.event}`);
  const { title, creators, createdMs, temporal, language } = wordsOf(event);
  const series = event.series === null ? undefined : await seriesNamed(database, event.series);
  const atMs = event.starts_at?.getTime() ?? temporal?.startsAtMs ?? createdMs;
  return { title, speakers: creators, atMs, series: series?.title, language };
}

/** The XML that Opencast gives its stylesheets: `<metadata><title/><date/><creators/><series><title/></series>…`. */
function toldIn(text: string): Told {
  const root = parsed(text);
  const series = childNamed(root, 'series');
  const creators = childNamed(root, 'creators');
  const people = creators ? childrenNamed(creators, 'creator').map(textOf) : [];
  return {
    title: childText(root, 'title') ?? '',
    speakers: people.length > 0 ? people : creators ? [textOf(creators)] : [],
    atMs: msOfW3c(childText(root, 'date') ?? ''),
    series: series && childText(series, 'title'),
    language: childText(root, 'language'),
  };
}

function parsed(text: string): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) throw new OperationFailed(`metadata is no XML: ${error.message}`);
    throw error;
  }
}

/** A day in words, in the language of the event: French if that is not known. */
function dayOf(atMs: number, language: string | undefined): string {
  const locale = /^en/i.test(language ?? '') ? 'en-GB' : 'fr';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(atMs);
}

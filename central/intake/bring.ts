import { stat } from 'node:fs/promises';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { fileAt } from '../catalogue/files.ts';
import { ownersOfFile } from '../catalogue/owners.ts';
import { mayTouch } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { Fetched, Fetcher, Wanted } from './fetch.ts';
import type { GrowingUploads } from './growing/growing.ts';
import { GROWING_PATH } from './growing/tus.ts';

/** What getting a file by its URL needs. */
export interface BringNeeds {
  database: Database;
  store: MediaStore;
  fetcher: Fetcher;
  growing: Pick<GrowingUploads, 'take'>;
}

/** Account that asks, and the URL of this server as the client sees it, without a slash at the end. */
export interface Asker {
  who: Who;
  url: string;
}

const FILES = '/files/mediapackage/';
const GROWN = `${GROWING_PATH}/`;

/**
 * Gets the file of a URL: a file of this server is read from the media folder, one that was sent while it was recorded
 * is the finished file of its upload, any other is fetched, if fetching from there is allowed. Throws BadRequest, also for a file of this server that does not exist or belongs to another agent.
 */
export async function bring(needs: BringNeeds, asker: Asker, wanted: Wanted): Promise<Fetched> {
  const upload = ownPath(wanted.url, asker.url, GROWN);
  if (upload !== undefined) return needs.growing.take(asker.who, upload);
  const path = ownPath(wanted.url, asker.url, FILES);
  return path === undefined ? needs.fetcher.fetch(wanted) : ownFile(needs, asker.who, path);
}

/** Text of a catalog or an access list at a URL. Throws BadRequest. */
export async function bringText(needs: BringNeeds, asker: Asker, url: string): Promise<string> {
  const { temporary } = await bring(needs, asker, { url });
  try {
    return await needs.store.readText(temporary);
  } finally {
    await needs.store.discard(temporary);
  }
}

/** Path after `below` in a URL of this server; undefined: the URL is another one. */
function ownPath(text: string, base: string, below: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const [url, own] = [new URL(text), new URL(base)];
  if (url.host !== own.host || !url.pathname.startsWith(`${own.pathname.replace(/\/$/, '')}${below}`)) return undefined;
  const rest = url.pathname.slice(url.pathname.indexOf(below) + below.length);
  return rest.split('/').map(percentDecoded).join('/');
}

async function ownFile({ database, store }: BringNeeds, who: Who, path: string): Promise<Fetched> {
  const known = await fileAt(database, path);
  const owners = known && (await ownersOfFile(database, path));
  if (!known || (owners && !mayTouch(who, owners))) {
    throw new BadRequest(`Could not retrieve all media package elements: this server has no file ${path} for you`);
  }
  const at = store.at(known.path);
  const { size } = await stat(at);
  return { temporary: await store.copyOf(at), sizeBytes: size, md5: known.md5, fileName: path.split('/').at(-1) ?? '' };
}

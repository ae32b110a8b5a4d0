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

interface Needs {
  database: Database;
  store: MediaStore;
  fetcher: Fetcher;
}

/** Account that asks, and the URL of this server as the client sees it, without a slash at the end. */
export interface Asker {
  who: Who;
  url: string;
}

const FILES = '/files/mediapackage/';

/**
 * Gets the file of a URL: a file of this server is read from the media folder, any other is fetched, if fetching from
 * there is allowed. Throws BadRequest, also for a file of this server that does not exist or belongs to another agent.
 */
export async function bring(needs: Needs, asker: Asker, wanted: Wanted): Promise<Fetched> {
  const path = ownPath(wanted.url, asker.url);
  return path === undefined ? needs.fetcher.fetch(wanted) : ownFile(needs, asker.who, path);
}

/** Text of a catalog or an access list at a URL. Throws BadRequest. */
export async function bringText(needs: Needs, asker: Asker, url: string): Promise<string> {
  const { temporary } = await bring(needs, asker, { url });
  try {
    return await needs.store.readText(temporary);
  } finally {
    await needs.store.discard(temporary);
  }
}

/** Path below the media folder that a URL of this server names; undefined: the URL is of another server. */
function ownPath(text: string, base: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const [url, own] = [new URL(text), new URL(base)];
  if (url.host !== own.host || !url.pathname.startsWith(`${own.pathname.replace(/\/$/, '')}${FILES}`)) return undefined;
  const rest = url.pathname.slice(url.pathname.indexOf(FILES) + FILES.length);
  return rest.split('/').map(percentDecoded).join('/');
}

async function ownFile({ database, store }: Needs, who: Who, path: string): Promise<Fetched> {
  const known = await fileAt(database, path);
  const owners = known && (await ownersOfFile(database, path));
  if (!known || (owners && !mayTouch(who, owners))) {
    throw new BadRequest(`Could not retrieve all media package elements: this server has no file ${path} for you`);
  }
  const at = store.at(known.path);
  const { size } = await stat(at);
  return { temporary: await store.copyOf(at), sizeBytes: size, md5: known.md5, fileName: path.split('/').at(-1) ?? '' };
}

import { z } from 'zod';

/** Letters, digits and `. _ - :`; what begins with a dash would be read as a flag. */
const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,99}$/u, 'is no name: letters, digits, . _ - and :');
const port = z.int().min(1).max(65_535);
const text = z.string().min(1).max(1000);

const box = z.strictObject({
  name,
  host: text,
  user: text.optional(),
  /** Of SSH, for commands and files; 22023 and 22022 where it is left out. */
  port: port.optional(),
  /** Commands go by Telnet, to this port. */
  telnet: port.optional(),
  /** Files go by FTP, to this port. */
  ftp: port.optional(),
  password: text.optional(),
});

const server = z.strictObject({
  name,
  url: z.url({ protocol: /^https?$/ }),
  /** Whose token it is. */
  account: text,
  token: text,
  /** By which the server takes it back; only where `amphi login` had it made. */
  tokenId: z.int().optional(),
});

/** Shape of the file. */
export const knownPlaces = z.strictObject({
  version: z.literal(1),
  boxes: z.array(box).max(10_000),
  servers: z.array(server).max(1000),
  /** Name of the box that was used last. */
  lastBox: name.optional(),
  lastServer: name.optional(),
});

/** A box that a person gave a name, and how it is dialled. */
export type KnownBox = z.output<typeof box>;
/** A server that a person logged in to. */
export type KnownServer = z.output<typeof server>;
/** What a person keeps, as a whole. */
export type KnownPlaces = z.output<typeof knownPlaces>;

/** What a person keeps who has kept nothing yet. */
export const NOTHING_KNOWN: KnownPlaces = { version: 1, boxes: [], servers: [] };

/** With this box, in place of one of the same name. */
export const withBox = (places: KnownPlaces, added: KnownBox): KnownPlaces => ({
  ...places,
  boxes: [...places.boxes.filter((one) => one.name !== added.name), added].toSorted(byName),
});

/** With this server, in place of one of the same name or address; it is the last used one. */
export const withServer = (places: KnownPlaces, added: KnownServer): KnownPlaces => ({
  ...places,
  servers: [...places.servers.filter((one) => one.name !== added.name && one.url !== added.url), added].toSorted(
    byName,
  ),
  lastServer: added.name,
});

/** Without a box; it is no longer the last used one either. */
export function withoutBox({ lastBox, ...places }: KnownPlaces, gone: string): KnownPlaces {
  const boxes = places.boxes.filter((one) => one.name !== gone);
  return lastBox === undefined || lastBox === gone ? { ...places, boxes } : { ...places, boxes, lastBox };
}

/** Without a server; it is no longer the last used one either. */
export function withoutServer({ lastServer, ...places }: KnownPlaces, gone: string): KnownPlaces {
  const servers = places.servers.filter((one) => one.name !== gone);
  return lastServer === undefined || lastServer === gone ? { ...places, servers } : { ...places, servers, lastServer };
}

const byName = (one: { name: string }, other: { name: string }): number => one.name.localeCompare(other.name, 'en');

import { z } from 'zod';

/**
 * Name of a box or server: letters, digits and `. _ - :`; it cannot begin with a dash, which would be read as a flag.
 */
const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,99}$/u, 'is no name: letters, digits, . _ - and :');
const port = z.int().min(1).max(65_535);
const text = z.string().min(1).max(1000);

const box = z.strictObject({
  name,
  host: text,
  user: text.optional(),
  /** Port of SSH, for commands and files; 22023 and 22022 without it. */
  port: port.optional(),
  /** Port of Telnet, if commands go by Telnet. */
  telnet: port.optional(),
  /** Port of FTP, if files go by FTP. */
  ftp: port.optional(),
  password: text.optional(),
});

const server = z.strictObject({
  name,
  url: z.url({ protocol: /^https?$/ }),
  /** Account that the token belongs to. */
  account: text,
  token: text,
  /** Id by which the server takes the token back; only for tokens that `amphi login` made. */
  tokenId: z.int().optional(),
});

/** Schema of the file `known.json`. */
export const knownPlaces = z.strictObject({
  version: z.literal(1),
  boxes: z.array(box).max(10_000),
  servers: z.array(server).max(1000),
  /** Name of the box that was used last. */
  lastBox: name.optional(),
  lastServer: name.optional(),
});

/** Box with a name that a person gave it, and how to connect to it. */
export type KnownBox = z.output<typeof box>;
/** Server that a person logged in to. */
export type KnownServer = z.output<typeof server>;
/** All known boxes and servers. */
export type KnownPlaces = z.output<typeof knownPlaces>;

/** The file of a person who has kept nothing yet. */
export const NOTHING_KNOWN: KnownPlaces = { version: 1, boxes: [], servers: [] };

/** Adds a box; one of the same name is replaced. */
export const withBox = (places: KnownPlaces, added: KnownBox): KnownPlaces => ({
  ...places,
  boxes: [...places.boxes.filter((one) => one.name !== added.name), added].toSorted(byName),
});

/** Adds a server, as the one that was used last; one of the same name or address is replaced. */
export const withServer = (places: KnownPlaces, added: KnownServer): KnownPlaces => ({
  ...places,
  servers: [...places.servers.filter((one) => one.name !== added.name && one.url !== added.url), added].toSorted(
    byName,
  ),
  lastServer: added.name,
});

/** Removes a box; it is no longer the one that was used last either. */
export function withoutBox({ lastBox, ...places }: KnownPlaces, gone: string): KnownPlaces {
  const boxes = places.boxes.filter((one) => one.name !== gone);
  return lastBox === undefined || lastBox === gone ? { ...places, boxes } : { ...places, boxes, lastBox };
}

/** Removes a server; it is no longer the one that was used last either. */
export function withoutServer({ lastServer, ...places }: KnownPlaces, gone: string): KnownPlaces {
  const servers = places.servers.filter((one) => one.name !== gone);
  return lastServer === undefined || lastServer === gone ? { ...places, servers } : { ...places, servers, lastServer };
}

const byName = (one: { name: string }, other: { name: string }): number => one.name.localeCompare(other.name, 'en');

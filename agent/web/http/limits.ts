/** Limits of what clients may use of the server. */
export interface Limits {
  connections: number;
  connectionsOfAnAddress: number;
  bodyBytes: number;
  headerBytes: number;
  /** Time for all headers of a request; then it is refused. */
  headersMs: number;
  /** Time for a whole request, enough for a picture of 20 MB over a slow line; then it is refused. */
  requestMs: number;
  /** Time without any byte after which a connection is closed. */
  idleMs: number;
  /** Wrong tokens that an address may send at once, and the time in which one is forgotten. */
  wrongTokens: number;
  wrongTokenMs: number;
  /** Listeners to events, and viewers of the preview, at the same time; a further one is refused. */
  listeners: number;
  previews: number;
}

/** The usual limits. */
export const LIMITS: Limits = {
  connections: 512,
  connectionsOfAnAddress: 128,
  bodyBytes: 1 << 20,
  headerBytes: 16 << 10,
  headersMs: 10_000,
  requestMs: 120_000,
  idleMs: 60_000,
  wrongTokens: 10,
  wrongTokenMs: 5000,
  listeners: 100,
  previews: 40,
};

/** What anybody may take of the server, whoever they are. */
export interface Limits {
  connections: number;
  connectionsOfAnAddress: number;
  bodyBytes: number;
  headerBytes: number;
  /** All headers of a request must have come by then. */
  headersMs: number;
  /** The whole request; long enough for a picture of 20 MB over a slow line. */
  requestMs: number;
  /** Nothing sent or taken for so long: the connection ends. */
  idleMs: number;
  /** Wrong tokens that an address may send at once, and how long each takes to be forgotten. */
  wrongTokens: number;
  wrongTokenMs: number;
  /** Listeners to events, and viewers of the preview, at once. */
  listeners: number;
  previews: number;
}

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

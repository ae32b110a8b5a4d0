/** A request that cannot be understood or carried out as it stands: 400, and why, in words for whoever sent it. */
export class BadRequest extends Error {
  readonly statusCode = 400;
}

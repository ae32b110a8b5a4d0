/** A request that cannot be understood or carried out: HTTP answers 400, and the message tells the sender why. */
export class BadRequest extends Error {
  readonly statusCode = 400;
}

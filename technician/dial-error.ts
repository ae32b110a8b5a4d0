/** No connection, or no login. Its message is for people. */
export class DialError extends Error {}

/** No connection, or no login. Its message is for people. */
export class DialError extends Error {}

/** The box is there, and does not let us in. */
export class WrongPassword extends DialError {}

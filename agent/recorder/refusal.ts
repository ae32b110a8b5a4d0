/** An error: a command cannot be carried out now; the message says why. */
export class RecorderRefusal extends Error {}

/** A command that cannot be followed now, and why. */
export class RecorderRefusal extends Error {}

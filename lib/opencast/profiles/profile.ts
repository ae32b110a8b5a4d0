/** An encoding profile: what FFmpeg makes of a track. */
export interface Profile {
  /** Such as `mp4-hd.http`. */
  id: string;
  name: string;
  /** Kind of track that it takes, such as `visual`; undefined: any. */
  input: string | undefined;
  /** Kind of what it makes, such as `image`. */
  output: string | undefined;
  /** Its outputs, at least one: the end of the file's name, and the tag of the output where there are several. */
  outputs: readonly ProfileOutput[];
  mimeType: string | undefined;
  /** Part of a machine that it takes while it runs; 1 without one. */
  load: number;
  /** Words of the command, variables not filled in. */
  command: string;
  /** Pieces of the command that stand only under a condition, by the name of the condition: `if-height-geq-1080`. */
  pieces: ReadonlyMap<string, string>;
}

export interface ProfileOutput {
  tag: string | undefined;
  suffix: string;
}

/** A mistake in a file of profiles, with its line. */
export interface ProfileMistake {
  line: number;
  text: string;
}

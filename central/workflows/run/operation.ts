import type { Recogniser } from '@amphi/lib/analysis/captions/speech-to-text.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Database } from '../../store/connect.ts';
import type { MediaStore } from '../../store/media-store.ts';
import type { ElementKind, ElementRow } from '../../store/tables.ts';
import type { Found } from '../../store/probe.ts';
import type { WorkflowRow } from '../../store/workflow-tables.ts';
import type { CutByChunks, CutLength } from './cut.ts';
import type { EncodeByChunks, EnvelopeOf, LeveledSound } from '../profiles/encoders.ts';
import type { Profiles } from '../profiles/open-profiles.ts';
import type { Mailer } from '../operations/control/mail/mailer.ts';
import type { ElementChanges } from './elements.ts';
import type { Variables } from './run.ts';

/** A file that an operation made, in its folder. */
export interface MadeFile {
  /** Path of the file, below the folder of the operation. */
  file: string;
  kind: ElementKind;
  flavor: string;
  tags: readonly string[];
  /** Name that people see; that of the file without it. */
  fileName?: string | undefined;
  /** What ffprobe would find in it, where that is known; else it is asked. */
  told?: Found | undefined;
}

/** Values of the keys of an operation. A value that is blank counts as none. All throw `OperationFailed` for a wrong one. */
export interface Keys {
  /** Text of a key, or its default; undefined: it has neither. */
  text(name: string): string | undefined;
  /** Text of a key that must be there. */
  needed(name: string): string;
  /** Entries of a list with commas, or the one entry of a key that takes one; none without the key. */
  list(name: string): string[];
  number(name: string): number | undefined;
  flag(name: string): boolean;
  /** All keys that fit a name with `N` or `NAME` in it, or any key for operations whose keys are free, in their order. */
  all(name?: string): [key: string, value: string][];
}

/** What an operation works with. */
export interface OperationContext {
  workflow: Pick<WorkflowRow, 'id' | 'event' | 'version' | 'definition'>;
  position: number;
  /** Its keys and values, variables filled in, read by the types that the catalogue gives them. */
  keys: Keys;
  variables: Variables;
  /** Elements that earlier operations of the definition have left. */
  elements: readonly ElementRow[];
  /**
   * Absolute path of the file of an element. A film that is only a list, or a cut, is written as a whole now. Rejects with
   * `OperationFailed` if that is not possible.
   */
  pathOf: (element: Pick<ElementRow, 'path'>) => Promise<string>;
  /** Absolute path of an empty folder of this attempt, on the disk of the media: what it makes is written there. */
  folder: () => Promise<string>;
  /** Takes a file of that folder as an element: examines it and gives it an id. The result must name it in `added`. */
  take: (made: MadeFile) => Promise<ElementRow>;
  /** Aborted when the run was stopped, or another worker has the operation: what it makes does not count any more. */
  signal: AbortSignal;
  /** Writes a line to the log of the operation. */
  log: (text: string, level?: 'info' | 'warning' | 'error') => void;
  /** Tells how much is done, 0 to 1. */
  progress: (part: number) => void;
}

/** What came of an operation. */
export type OperationResult =
  | (Settled & { kind: 'done' })
  /** There was nothing to do; `why` is written to its log. */
  | { kind: 'skip'; why: string }
  /** A person has to do something; the run goes on when it is resumed: after the operation, or with it once more (`again`). */
  | (Settled & { kind: 'pause'; why: string; again?: boolean | undefined });

/** What is written together with the end of an operation, in one transaction. */
interface Settled extends ElementChanges {
  variables?: Variables | undefined;
  /** Writes further rows, such as those of a publication. It is called once for each attempt of the transaction. */
  settle?: ((within: Database) => Promise<void>) | undefined;
}

/** An operation of the catalogue with its code. */
export interface Operation {
  /** Name of today in the catalogue. */
  id: string;
  /** `heavy`: takes a processor for longer than some seconds. */
  weight: 'light' | 'heavy';
  /** Rejects with `OperationFailed` for what a person can mend. */
  run(context: OperationContext): Promise<OperationResult>;
}

/** What operations are made with. */
export interface OperationNeeds {
  database: Database;
  store: MediaStore;
  /** Paths of the programs ffmpeg and ffprobe. */
  ffmpeg: string;
  ffprobe: string;
  /** Encoding profiles; those that come with the server without it. */
  profiles?: Profiles | undefined;
  /** Encodes in pieces; without it sources are encoded whole. */
  encodeByChunks?: EncodeByChunks | undefined;
  log: Log;
  /** Path of the program tesseract; without it, it is looked for in the folders of PATH. */
  tesseract?: string | undefined;
  /** Program that writes down what is spoken; without it `speechtotext` is left out. */
  recogniser?: Recogniser | undefined;
  /** Address at which an event is played from a moment on; without it, slides have no links. */
  addressAt?: ((event: string, fromMs: number) => string) | undefined;
  /** Cuts a recording by its groups of pictures; undefined: all that is kept is encoded. */
  cutByChunks?: CutByChunks | undefined;
  /** How loud a sound is that was leveled while the recording came; undefined: none was. */
  leveledSound?: LeveledSound | undefined;
  /** The envelope of a sound that is kept; undefined: none is, and each operation that needs one reads the sound. */
  envelopeOf?: EnvelopeOf | undefined;
  /** Says whether a recording can be cut so, so that its cut need not be written; undefined: it is always written. */
  cutLength?: CutLength | undefined;
  /**
   * Address that a request for a URL is sent to. Rejects with the reason for a server that may not be asked. Undefined: none may
   * be.
   */
  addressOf?: ((url: URL) => Promise<string>) | undefined;
  /** Absolute paths of the folders below which `copy` and `log` may write; undefined: none. */
  copyFolders?: readonly string[] | undefined;
  /** Begins a workflow for an event. Gives the reason if that is not possible now. Undefined: none can be begun. */
  startWorkflow?:
    | ((of: {
        event: string;
        definition: string;
        configuration: Readonly<Record<string, string>>;
      }) => Promise<string | undefined>)
    | undefined;
  /** Sends mails; undefined: no mail server is configured. */
  mailer?: Mailer | undefined;
  /** Publishes and takes back; undefined: this server publishes nothing. */
  publisher?: Publisher | undefined;
}

/** What is to be published in a channel. */
export interface NewPublication {
  event: string;
  version: number;
  /** Run that publishes. What a run that began later has published is never replaced. */
  workflow: number;
  channel: string;
  /** Address where it is seen; one that begins with `/` is on this server. Undefined: the usual one of the channel. */
  url?: string | undefined;
  mimeType?: string | undefined;
  /** Elements that can be loaded, with flavors and tags as they are to be published. */
  downloads: readonly ElementRow[];
  /** Elements that are streamed by a server that reads our folder; without such a server they can be loaded. */
  streams: readonly ElementRow[];
  /** Whether an element of what is published now stays; undefined: none does. */
  keeps?: ((element: Pick<ElementRow, 'flavor' | 'tags'>) => boolean) | undefined;
}

/** A publication whose files are there, but which nobody sees yet. */
export interface ReadyPublication {
  id: string;
  url: string;
  /** Makes it what is published, and ends the one before: it is called in the transaction that ends the operation. */
  settle(within: Database): Promise<void>;
}

/** Publishes events, and takes publications back. All reject with `OperationFailed` for what a person can mend. */
export interface Publisher {
  /** Makes files and lists of a publication ready. What is published now stays as it is. */
  prepare(
    of: NewPublication,
    told: Pick<OperationContext, 'signal' | 'log' | 'progress' | 'pathOf'>,
  ): Promise<ReadyPublication>;
  /** Takes back what is published in a channel, at once and wholly. Gives whether something was. */
  retract(of: { event: string; channel: string }, told: Pick<OperationContext, 'log'>): Promise<boolean>;
  /** Elements that are published in a channel; undefined: nothing is. */
  published(of: { event: string; channel: string }): Promise<readonly ElementRow[] | undefined>;
}

/** An error: an operation that cannot be done, for a reason that is meant for people. */
export class OperationFailed extends Error {
  override name = 'OperationFailed';
}

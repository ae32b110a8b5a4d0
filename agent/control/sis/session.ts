import { parseParams } from '#agent/device/apply.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import type { RequestName } from '#agent/device/requests.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import type { ErrorCode } from '#lib/sis/errors.ts';
import { formatReply, type Verbose } from '#lib/sis/format.ts';
import type { Frame } from '#lib/sis/protocol.ts';
import { openFramer, type Framer } from '#lib/sis/framing.ts';
import { handle, isRefusal } from '#lib/sis/handlers.ts';
import { keep, type KeptValues } from '#lib/sis/kept.ts';
import { parseFrame, refusalOf, type Parsed } from '#lib/sis/parse.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import type { SessionRow } from '#lib/sis/rows.ts';
import type { Values } from '#lib/sis/template.ts';
import type { FileView } from '../files/file-tree.ts';
import type { Access, ControlSession, SessionOptions } from '../session/line-session.ts';
import { codeOf, erase, folderAt, listed, shownFolder } from './files.ts';
import { deviceHandlers } from './handlers.ts';
import { reachedAt } from './reached-at.ts';
import type { BoxActions, BoxEvent, SisWorld, View } from './world.ts';

/** Options of `openSisSession`. */
export interface SisSessionOptions {
  id: string;
  protocol: Protocol;
  device: DeviceClient;
  actions: BoxActions;
  view: () => View;
  files: FileView | undefined;
  log: Log;
  options: SessionOptions;
  ended(): void;
}

/** A session of SIS. */
export interface SisSession extends ControlSession {
  readonly id: string;
  verbose(): Verbose;
  /**
   * Writes a line that the client did not ask for. While a command is carried out, the line waits for the command's
   * reply.
   */
  say(line: string): void;
  /**
   * Ends the session if it is of an account whose password changed, since it began with the old one. The session that
   * changes the password now goes on.
   */
  passwordChanged(whose: readonly Access[]): void;
  /** Writes a line at once, also before a reply. */
  sayNow(line: string): void;
}

type Answer = { values: Values } | ErrorCode;
type Later<Value> = Value | Promise<Value>;

/** Opens a session with its own framer, verbose mode, folder and time-out. Its commands are answered in order. */
export const openSisSession = (given: SisSessionOptions): SisSession => new RunningSisSession(given);

class RunningSisSession implements SisSession {
  readonly id: string;
  readonly #given: SisSessionOptions;
  readonly #framer: Framer;
  readonly #turns = openTurns();
  #verbose: Verbose;
  #folder = '/';
  #idleMs: number | undefined;
  #isOver = false;
  #isSettingPassword = false;
  /** Lines that came while a command is carried out: its reply must come first. Undefined: none is. */
  #held: string[] | undefined;

  constructor(given: SisSessionOptions) {
    this.#given = given;
    this.id = given.id;
    this.#framer = openFramer(given.protocol);
    this.#verbose = given.options.verbose;
  }

  verbose(): Verbose {
    return this.#verbose;
  }

  say(line: string): void {
    if (this.#held) this.#held.push(line);
    else this.sayNow(line);
  }

  sayNow(line: string): void {
    if (!this.#isOver) this.#given.options.write(`${line}\r\n`);
  }

  async receive(bytes: Buffer): Promise<void> {
    for (const frame of this.#framer.push(bytes)) {
      if (this.#isOver) return;
      await (this.#answer(frame) ?? this.#turns.over());
    }
  }

  passwordChanged(whose: readonly Access[]): void {
    const { options } = this.#given;
    if (options.via !== 'serial' && !this.#isSettingPassword && whose.includes(options.access)) options.close();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#given.ended();
  }

  /** Answers a frame: at once (within microseconds) if nothing has to be waited for. */
  #answer(frame: Frame): void | Promise<void> {
    const parsed = parseFrame(this.#given.protocol, frame);
    if (!parsed.ok) return this.sayNow(parsed.code);
    const found = this.#answerOf(parsed);
    if (!(found instanceof Promise)) return this.#reply(parsed, found);
    this.#held = [];
    this.#isSettingPassword = parsed.id.startsWith('password.');
    return found
      .catch((error: unknown): Answer => {
        this.#given.log.error({ err: error, command: parsed.id }, 'a command failed');
        return 'E14';
      })
      .then((late) => {
        this.#reply(parsed, late);
        const held = this.#held ?? [];
        this.#held = undefined;
        this.#isSettingPassword = false;
        for (const line of held) this.sayNow(line);
      });
  }

  #reply(parsed: Parsed, answer: Answer): void {
    if (typeof answer === 'string') return this.sayNow(answer);
    for (const line of formatReply(parsed.command, parsed.form, answer.values, this.#verbose)) this.sayNow(line);
  }

  #answerOf(parsed: Parsed): Later<Answer> {
    const { wanted, seen } = this.#given.device.state();
    const recording = wanted.recording.state !== 'stopped' || seen.recording.state === 'setup';
    const refused = refusalOf(parsed, { access: this.#given.options.access, recording });
    if (refused) return refused;
    const { by } = parsed.command.spec;
    if (by === 'keeper') return this.#askKeeper(parsed);
    return by === 'session' ? this.#own[parsed.id as SessionRow['id']](parsed) : this.#askDevice(parsed);
  }

  #askDevice(parsed: Parsed): Later<Answer> {
    const { view, options } = this.#given;
    const reached = reachedAt(view(), options.localAddress);
    const handled = handle<SisWorld>(deviceHandlers, parsed, reached, { id: this.id, access: options.access });
    if (isRefusal(handled)) return handled.refused;
    const { values } = handled;
    const code = this.#happen(handled.events);
    return code instanceof Promise ? code.then((late) => late ?? { values }) : (code ?? { values });
  }

  #happen(events: readonly BoxEvent[]): Later<ErrorCode | undefined> {
    for (const [index, event] of events.entries()) {
      if ('act' in event) {
        return event.act(this.#given.actions).then((code) => code ?? this.#happen(events.slice(index + 1)));
      }
      const code = this.#request(event.name, event.params);
      if (code instanceof Promise) return code.then((late) => late ?? this.#happen(events.slice(index + 1)));
      if (code) return code;
    }
    return undefined;
  }

  /**
   * Makes a request to the device. It is made with all rights, since those of the client were already checked with the
   * row.
   */
  #request(name: RequestName, params: unknown): Later<ErrorCode | undefined> {
    const { device, options } = this.#given;
    const checked = parseParams(name, params);
    if ('code' in checked) return checked.code;
    const session = { id: this.id, via: options.via, access: 'admin' } as const;
    const outcome = device.request({ name, params: checked.params, session });
    return outcome instanceof Promise ? outcome.then(({ refusal }) => refusal?.code) : outcome.refusal?.code;
  }

  async #askKeeper(parsed: Parsed): Promise<Answer> {
    const before = this.#given.device.state().wanted.sis.kept as KeptValues;
    const { store, values } = keep(before, parsed);
    if (store === before) return { values };
    for (const row of new Set([...Object.keys(before), ...Object.keys(store)])) {
      if (store[row] === before[row]) continue;
      const code = await this.#request('sis.keep', { row, values: store[row] ?? null });
      if (code) return code;
    }
    return { values };
  }

  async #withFiles(act: (tree: FileView) => Promise<Answer>): Promise<Answer> {
    const { files } = this.#given;
    if (!files) return 'E14';
    try {
      return await act(files);
    } catch (error) {
      return codeOf(error);
    }
  }

  #workIn(path: string): Promise<Answer> {
    return this.#withFiles(async (tree) => {
      await tree.list(path);
      this.#folder = path;
      return { values: { path: shownFolder(path) } };
    });
  }

  #erase(below: boolean): Promise<Answer> {
    return this.#withFiles(async (tree) => (await erase(tree, this.#folder, below)) ?? { values: {} });
  }

  /** Handlers of the rows that the session answers itself. */
  readonly #own: { [Id in SessionRow['id']]: (parsed: Parsed) => Later<Answer> } = {
    'session.echo': ({ values }) => {
      this.#given.options.setEcho(values['on'] === true);
      return { values };
    },
    'session.verbose': ({ form, values }) => {
      if (form === 'set') this.#verbose = values['mode'] as Verbose;
      return { values: { mode: this.#verbose } };
    },
    'session.level': () => ({ values: { level: this.#given.options.access } }),
    'session.timeout': ({ form, values }) => {
      if (form === 'set') this.#given.options.setIdleMs((this.#idleMs = values['timeoutMs'] as number));
      return { values: { timeoutMs: this.#idleMs ?? this.#given.device.state().wanted.sis.idleMs } };
    },
    'files.folder': ({ form, values }) => {
      if (form === 'query') return { values: { path: shownFolder(this.#folder) } };
      return this.#workIn(folderAt(this.#folder, form === 'up' ? '..' : String(values['path'])));
    },
    'files.list': () =>
      this.#withFiles(async (tree) => ({
        values: { files: await listed(tree, this.#folder), freeBytes: await tree.freeBytes(this.#folder) },
      })),
    'files.erase': () => this.#erase(false),
    'files.erase.all': () => this.#erase(true),
  };
}

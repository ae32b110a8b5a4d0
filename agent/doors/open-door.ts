import { keepCodeSoon } from '#lib/runtime/code-cache.ts';
import { openLog, type Log } from '#lib/runtime/log.ts';
import { catchTheRest } from '#lib/runtime/last-handler.ts';
import { openParent } from '#lib/runtime/processes/parent.ts';
import type { Calls, Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';

/**
 * Parts of every door: the connection to the core, the mirrors of what the core told, the log, and the scope with what
 * is closed at the end.
 */
export interface Door<Core extends Calls, Mirrors> {
  core: Peer<Core>;
  mirrors: Mirrors;
  log: Log;
  scope: Scope;
}

/** Time in ms for closing connections; then the process ends, even if a client keeps its connection. */
const CLOSE_MS = 2000;

/**
 * Makes this process a door of the core that started it. It ends on SIGTERM, and at once when the connection to the
 * core is lost.
 */
export function openDoor<Core extends Calls, Told extends Calls, Mirrors>(
  name: string,
  open: (core: Peer<Core>, log: Log) => { mirrors: Mirrors; told: Handlers<Told> },
): Door<Core, Mirrors> {
  process.title = `amphi door ${name}`;
  const log = openLog().child({ door: name });
  // An exception in one session is logged; the other sessions go on.
  catchTheRest((error) => log.error({ err: error }, 'a fault that nobody caught: everything else goes on'));
  const scope = openScope();
  const opened: { mirrors?: Mirrors } = {};
  const core = openParent<Core, Told>(
    (peer) => {
      const { mirrors, told } = open(peer, log);
      opened.mirrors = mirrors;
      return told;
    },
    (error, what) => log.error({ err: error, what }, 'told wrongly'),
  );
  const end = (): void => {
    setTimeout(() => process.exit(0), CLOSE_MS).unref();
    void scope
      .close()
      .catch((error: unknown) => log.warn({ err: error }, 'the door does not close well'))
      .finally(() => process.exit(0));
  };
  keepCodeSoon();
  process.on('SIGTERM', end);
  process.on('SIGINT', () => undefined);
  return { core, mirrors: opened.mirrors as Mirrors, log, scope };
}

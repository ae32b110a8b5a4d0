import { keepCodeSoon } from '#lib/runtime/code-cache.ts';
import { openLog, type Log } from '#lib/runtime/log.ts';
import { catchTheRest } from '#lib/runtime/last-handler.ts';
import { openParent } from '#lib/runtime/processes/parent.ts';
import type { Calls, Handlers, Peer } from '#lib/runtime/processes/peer.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';

/** What every door has: the core and what is known of it here, its log, and what is undone at its end. */
export interface Door<Core extends Calls, Mirrors> {
  core: Peer<Core>;
  mirrors: Mirrors;
  log: Log;
  scope: Scope;
}

/** Whoever holds on to a connection does not keep the door from ending. */
const CLOSE_MS = 2000;

/** Makes this process a door of the core that started it. It ends on SIGTERM, and at once when the core is gone. */
export function openDoor<Core extends Calls, Told extends Calls, Mirrors>(
  name: string,
  open: (core: Peer<Core>, log: Log) => { mirrors: Mirrors; told: Handlers<Told> },
): Door<Core, Mirrors> {
  process.title = `amphi door ${name}`;
  const log = openLog().child({ door: name });
  // What fails in one session does not end those of the others.
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

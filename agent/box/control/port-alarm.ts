import type { AlarmFact } from '#agent/device/observe.ts';
import type { Log } from '#lib/runtime/log.ts';
import { noPortWords, type PortKeys } from '#lib/runtime/troubles/no-port.ts';

/** Logs why a service cannot have its port, and gives the alarm of it. `asked` is the port that was wanted. */
export function portAlarm(
  service: string,
  error: Error,
  { keys, asked, log }: { keys: PortKeys; asked: number | undefined; log: Log },
): AlarmFact {
  const words = noPortWords(error, keys, asked);
  const text = `${service} cannot be reached: ${words ?? error.message}`;
  // What words say needs no stack.
  log.error(words === undefined ? { err: error, service } : { service }, text);
  return { fact: 'alarm', raise: { name: 'control', about: service, level: 'warning', text } };
}

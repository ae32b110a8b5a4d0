import type { AlarmFact } from '#agent/device/observe.ts';
import type { Log } from '#lib/runtime/log.ts';
import { noPortWords, type PortKeys } from '#lib/runtime/troubles/no-port.ts';

/**
 * Logs why a service cannot use its port, and gives the fact that raises the alarm. `asked` is the port that was
 * wanted.
 */
export function portAlarm(
  service: string,
  error: Error,
  { keys, asked, log }: { keys: PortKeys; asked: number | undefined; log: Log },
): AlarmFact {
  const words = noPortWords(error, keys, asked);
  const text = `${service} cannot be reached: ${words ?? error.message}`;
  // No stack in the log if the cause is known and said in words.
  log.error(words === undefined ? { err: error, service } : { service }, text);
  return { fact: 'alarm', raise: { name: 'control', about: service, level: 'warning', text } };
}

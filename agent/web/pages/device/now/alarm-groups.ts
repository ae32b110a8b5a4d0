import type { Alarm } from '../../shared/api-types.ts';

/** Alarms of one name, which have one cause to look for and one advice. */
export interface AlarmGroup {
  name: Alarm['name'];
  /** Level of the gravest alarm. */
  level: Alarm['level'];
  /** Beginning of the oldest alarm. */
  sinceMs: number;
  alarms: readonly Alarm[];
}

const LEVELS: readonly Alarm['level'][] = ['emergency', 'critical', 'warning', 'info'];
const rank = ({ level }: Pick<Alarm, 'level'>): number => LEVELS.indexOf(level);

/** The alarms by their names, the gravest first. Pure. */
export function alarmGroups(alarms: readonly Alarm[]): AlarmGroup[] {
  return [...Map.groupBy(alarms, ({ name }) => name)]
    .map(([name, all]): AlarmGroup => {
      const ordered = all.toSorted((a, b) => rank(a) - rank(b) || a.sinceMs - b.sinceMs);
      const sinceMs = Math.min(...ordered.map((one) => one.sinceMs));
      return { name, level: ordered[0]?.level ?? 'info', sinceMs, alarms: ordered };
    })
    .toSorted((a, b) => rank(a) - rank(b) || a.sinceMs - b.sinceMs);
}

import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import type { Schedule } from './types.ts';
import { orTell } from '../../shared/tell-trouble.ts';

/** Time between readings. */
const EVERY_MS = 5000;

export interface ScheduleRead {
  schedule: ReadonlySignal<Schedule | undefined>;
  /** The zone of the hall; until it is known, that of the browser. */
  zone: ReadonlySignal<string>;
  look: () => Promise<void>;
}

/** The timetable, read again and again while the page is seen. */
export function useSchedule(): ScheduleRead {
  const { api } = usePage();
  const schedule = useSignal<Schedule | undefined>(undefined);
  const zone = useSignal(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const look = async (): Promise<void> => {
    const answer = await api.get<Schedule>('/schedule');
    if (answer.value) schedule.value = answer.value;
    else if (schedule.value === undefined && answer.trouble.status !== 503 && answer.trouble.status !== 0)
      orTell(answer);
  };
  useEffect(() => {
    void api.get<{ timeZone: string }>('/machine').then(({ value }) => {
      if (value) zone.value = value.timeZone;
    });
    void look();
    const timer = setInterval(() => !document.hidden && void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return { schedule, zone, look };
}

import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context.ts';
import type { Schedule } from './types.ts';
import { orTell } from '../../shared/tell-trouble.ts';

const EVERY_MS = 5000;

export interface ScheduleRead {
  schedule: ReadonlySignal<Schedule | undefined>;
  /** The hall's, as soon as it is known. */
  zone: ReadonlySignal<string>;
  look: () => Promise<void>;
}

/** The timetable, looked at again and again while somebody sees it. */
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

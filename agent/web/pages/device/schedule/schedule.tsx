import { useSignal } from '@preact/signals';
import { Button } from '#lib/pages/button.tsx';
import { dayName } from '#lib/pages/format.ts';
import { usePage } from '../page-context.ts';
import { texts as pages } from '../device-texts.ts';
import { Calendar } from './calendar.tsx';
import { EventDialog } from './event-dialog.tsx';
import { EventList } from './events.tsx';
import { HandOvers } from './hand-overs.tsx';
import { Origins } from './origins.tsx';
import { texts } from './schedule-texts.ts';
import type { Booked } from './types.ts';
import { useSchedule } from './use-schedule.ts';
import { weekOf } from './week.ts';
import './schedule.css';

/** The page *Schedule*: what is to be recorded, where that comes from, and the hand-overs. */
export function SchedulePage() {
  const { session } = usePage();
  const { schedule, zone, look } = useSchedule();
  const view = useSignal<'week' | 'list'>(matchMedia('(max-width: 720px)').matches ? 'list' : 'week');
  const shift = useSignal(0);
  const open = useSignal<{ event: Booked | undefined } | undefined>(undefined);
  const now = schedule.value;
  const days = weekOf(Date.now(), zone.value, shift.value);
  const pick = (event: Booked): void => void (open.value = { event });
  const close = (): void => void (open.value = undefined);
  return (
    <div class="schedule">
      <header class="page-head">
        <h1>{pages.schedule}</h1>
        <p class="soft small">{texts.zone(zone.value)}</p>
      </header>
      <div class="tools">
        <div class="choices" role="group" aria-label={texts.view}>
          <Button pressed={view.value === 'week'} onPress={() => void (view.value = 'week')}>
            {texts.week}
          </Button>
          <Button pressed={view.value === 'list'} onPress={() => void (view.value = 'list')}>
            {texts.list}
          </Button>
        </div>
        {view.value === 'week' && <Shift shift={shift.value} onShift={(to) => void (shift.value = to)} />}
        {session.access === 'admin' && (
          <Button kind="main" onPress={() => void (open.value = { event: undefined })}>
            {texts.add}
          </Button>
        )}
      </div>
      {now && view.value === 'week' && (
        <>
          <h2>
            {dayName(days[0]?.noonMs ?? 0, zone.value)} – {dayName(days[6]?.noonMs ?? 0, zone.value)}
          </h2>
          <Calendar events={now.events} days={days} zone={zone.value} nowMs={Date.now()} onPick={pick} />
        </>
      )}
      {now && view.value === 'list' && <EventList schedule={now} zone={zone.value} onPick={pick} />}
      {now && <HandOvers handOvers={now.handOvers} onSent={() => void look()} />}
      {now && <Origins schedule={now} onRefreshed={() => void look()} />}
      {now && open.value && (
        <EventDialog
          event={open.value.event}
          schedule={now}
          zone={zone.value}
          onClose={close}
          onDone={() => {
            close();
            void look();
          }}
        />
      )}
    </div>
  );
}

function Shift({ shift, onShift }: { shift: number; onShift: (to: number) => void }) {
  return (
    <div class="choices">
      <Button label={texts.before} title={texts.before} onPress={() => onShift(shift - 1)}>
        ←
      </Button>
      <Button disabled={shift === 0} onPress={() => onShift(0)}>
        {texts.today}
      </Button>
      <Button label={texts.after} title={texts.after} onPress={() => onShift(shift + 1)}>
        →
      </Button>
    </div>
  );
}

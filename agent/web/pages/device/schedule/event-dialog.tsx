import { useSignal } from '@preact/signals';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { TextField } from '../../shared/field.tsx';
import { dayName, timeOfDay } from '../../shared/format.ts';
import { HoldButton } from '../../shared/hold-button.tsx';
import { said as common } from '../../shared/said.ts';
import { orTell } from '../../shared/toasts.ts';
import { useDesk } from '../desk.ts';
import { originOf, stateOf } from './events.tsx';
import { said } from './said.ts';
import type { Booked, Schedule } from './types.ts';
import { fieldMoment, fieldText } from './week.ts';

interface EventSettings {
  /** Undefined: a new one. */
  event: Booked | undefined;
  schedule: Schedule;
  zone: string;
  onClose: () => void;
  onDone: () => void;
}

/** An event of this box is changed here; of others it is told where it comes from. */
export function EventDialog(settings: EventSettings) {
  const { event, schedule, zone, onClose } = settings;
  const { session } = useDesk();
  if (event === undefined || (event.source === 'box' && session.access === 'admin' && event.state !== 'over')) {
    return (
      <Dialog title={event ? said.changeTitle : said.addTitle} onClose={onClose}>
        <EventForm {...settings} />
      </Dialog>
    );
  }
  return (
    <Dialog title={event.title} onClose={onClose}>
      <div class="form">
        <p>
          {dayName(event.startsAtMs, zone)}, {timeOfDay(event.startsAtMs, zone)}–{timeOfDay(event.endsAtMs, zone)}
        </p>
        <p>{[...event.presenters, event.series].filter(Boolean).join(' · ')}</p>
        <p>{stateOf(event, schedule)}</p>
        <p class="soft">
          {said.fromWhere(originOf(event))} {event.source !== 'box' && said.elsewhere}
        </p>
      </div>
    </Dialog>
  );
}

const HOUR_MS = 3_600_000;
const nextHour = (): number => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;

function EventForm({ event, zone, onClose, onDone }: EventSettings) {
  const { api } = useDesk();
  const title = useSignal(event?.title ?? '');
  const presenter = useSignal(event?.presenters.join(', ') ?? '');
  const series = useSignal(event?.series ?? '');
  const begins = useSignal(fieldText(event?.startsAtMs ?? nextHour(), zone));
  const ends = useSignal(fieldText(event?.endsAtMs ?? nextHour() + 1.5 * HOUR_MS, zone));
  const [startsAtMs, endsAtMs] = [fieldMoment(begins.value, zone), fieldMoment(ends.value, zone)];
  const isRight = startsAtMs !== undefined && endsAtMs !== undefined && endsAtMs > startsAtMs;
  const save = async (): Promise<void> => {
    const words = { title: title.value.trim(), presenter: presenter.value.trim(), series: series.value.trim() };
    const body = { ...words, startsAtMs, endsAtMs };
    const answer = event
      ? await api.send('PATCH', `/schedule/events/${encodeURIComponent(event.id)}`, body)
      : await api.send('POST', '/schedule/events', body);
    if (orTell(answer, event ? said.changed : said.added)) onDone();
  };
  const remove = async (): Promise<void> => {
    const answer = await api.send('DELETE', `/schedule/events/${encodeURIComponent(event?.id ?? '')}`);
    if (orTell(answer, said.removed)) onDone();
  };
  return (
    <form
      class="form"
      onSubmit={(submit) => {
        submit.preventDefault();
        if (isRight) void save();
      }}
    >
      <TextField
        label={said.title}
        required
        maxLength={127}
        value={title.value}
        onText={(text) => void (title.value = text)}
      />
      <div class="columns">
        <TextField
          label={said.presenter}
          maxLength={127}
          value={presenter.value}
          onText={(text) => void (presenter.value = text)}
        />
        <TextField
          label={said.series}
          maxLength={127}
          value={series.value}
          onText={(text) => void (series.value = text)}
        />
        <TextField
          label={said.begins}
          type="datetime-local"
          required
          value={begins.value}
          onText={(text) => void (begins.value = text)}
        />
        <TextField
          label={said.ends}
          type="datetime-local"
          required
          error={isRight ? undefined : said.notAfter}
          value={ends.value}
          onText={(text) => void (ends.value = text)}
        />
      </div>
      <p class="soft small">{said.zone(zone)}</p>
      <div class="choices end">
        {event && <HoldButton onHeld={remove}>{said.remove}</HoldButton>}
        <Button onPress={onClose}>{common.cancel}</Button>
        <Button kind="main" submit disabled={!isRight || title.value.trim() === ''}>
          {event ? said.save : said.addNow}
        </Button>
      </div>
      {event && <p class="soft small">{said.removeRuns}</p>}
    </form>
  );
}

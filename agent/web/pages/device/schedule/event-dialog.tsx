import { useSignal, type Signal } from '@preact/signals';
import type { ComponentProps } from 'preact';
import { Button } from '#lib/pages/button.tsx';
import { Dialog } from '#lib/pages/dialog.tsx';
import { TextField } from '#lib/pages/field.tsx';
import { dayName, timeOfDay } from '#lib/pages/format.ts';
import { HoldButton } from '#lib/pages/hold-button.tsx';
import { tell } from '#lib/pages/toasts.ts';
import { texts as common } from '#lib/pages/pages-texts.ts';
import { orTell } from '../../shared/tell-trouble.ts';
import { usePage } from '../page-context.ts';
import { originOf, stateOf } from './events.tsx';
import { texts } from './schedule-texts.ts';
import type { Booked, Schedule } from './types.ts';
import { fieldMoment, fieldText, MOST_WEEKS, weekly } from './week.ts';

interface EventSettings {
  /** The event; undefined for a new one. */
  event: Booked | undefined;
  schedule: Schedule;
  zone: string;
  onClose: () => void;
  onDone: () => void;
}

/** The dialog of an event. An event of this box can be changed in it; of others it tells where they come from. */
export function EventDialog(settings: EventSettings) {
  const { event, schedule, zone, onClose } = settings;
  const { session } = usePage();
  if (event === undefined || (event.source === 'box' && session.access === 'admin' && event.state !== 'over')) {
    return (
      <Dialog title={event ? texts.changeTitle : texts.addTitle} onClose={onClose}>
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
          {texts.fromWhere(originOf(event))} {event.source !== 'box' && texts.elsewhere}
        </p>
      </div>
    </Dialog>
  );
}

const HOUR_MS = 3_600_000;
const nextHour = (): number => Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;

interface Words {
  title: string;
  presenter: string;
  series: string;
  begins: string;
  ends: string;
  /** Day up to which a new event is repeated each week; empty for one event. */
  until: string;
}

const wordsOf = (event: Booked | undefined, zone: string): Words => ({
  title: event?.title ?? '',
  presenter: event?.presenters.join(', ') ?? '',
  series: event?.series ?? '',
  begins: fieldText(event?.startsAtMs ?? nextHour(), zone),
  ends: fieldText(event?.endsAtMs ?? nextHour() + 1.5 * HOUR_MS, zone),
  until: '',
});

function EventForm({ event, zone, onClose, onDone }: EventSettings) {
  const { api } = usePage();
  const words = useSignal(wordsOf(event, zone));
  const { title, presenter, series, begins, ends, until } = words.value;
  const [startsAtMs, endsAtMs] = [fieldMoment(begins, zone), fieldMoment(ends, zone)];
  const repeated = weekly(begins, ends, until, zone);
  const isMuch = repeated.length > MOST_WEEKS;
  const isRight = startsAtMs !== undefined && endsAtMs !== undefined && endsAtMs > startsAtMs && !isMuch;
  const save = async (): Promise<void> => {
    const described = { title: title.trim(), presenter: presenter.trim(), series: series.trim() };
    if (event) {
      const body = { ...described, startsAtMs, endsAtMs };
      const answer = await api.send('PATCH', `/schedule/events/${encodeURIComponent(event.id)}`, body);
      return void (orTell(answer, texts.changed) && onDone());
    }
    for (const times of repeated)
      if (!orTell(await api.send('POST', '/schedule/events', { ...described, ...times }))) return;
    tell('done', repeated.length > 1 ? texts.addedMany(repeated.length) : texts.added);
    onDone();
  };
  const remove = async (): Promise<void> => {
    const answer = await api.send('DELETE', `/schedule/events/${encodeURIComponent(event?.id ?? '')}`);
    if (orTell(answer, texts.removed)) onDone();
  };
  return (
    <form
      class="form"
      onSubmit={(submit) => {
        submit.preventDefault();
        if (isRight) void save();
      }}
    >
      <EventFields words={words} isRight={isRight || isMuch} />
      {!event && (
        <TextField
          label={texts.repeat}
          help={texts.repeatHelp}
          error={isMuch ? texts.tooMany(MOST_WEEKS) : undefined}
          type="date"
          value={until}
          onText={(text) => void (words.value = { ...words.value, until: text })}
        />
      )}
      <p class="soft small">{texts.zone(zone)}</p>
      <div class="choices end">
        {event && <HoldButton onHeld={remove}>{texts.remove}</HoldButton>}
        <Button onPress={onClose}>{common.cancel}</Button>
        <Button kind="main" submit disabled={!isRight || title.trim() === ''}>
          {event ? texts.save : texts.addNow}
        </Button>
      </div>
      {event && <p class="soft small">{texts.removeRuns}</p>}
    </form>
  );
}

function EventFields({ words, isRight }: { words: Signal<Words>; isRight: boolean }) {
  const field = (key: Exclude<keyof Words, 'until'>, more: Partial<ComponentProps<typeof TextField>> = {}) => (
    <TextField
      label={texts[key]}
      maxLength={127}
      value={words.value[key]}
      onText={(text) => void (words.value = { ...words.value, [key]: text })}
      {...more}
    />
  );
  const time = { type: 'datetime-local', required: true } as const;
  return (
    <>
      {field('title', { required: true })}
      <div class="columns">
        {field('presenter')}
        {field('series')}
        {field('begins', time)}
        {field('ends', { ...time, error: isRight ? undefined : texts.notAfter })}
      </div>
    </>
  );
}

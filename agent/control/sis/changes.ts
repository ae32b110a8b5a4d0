import type { Change } from '#agent/device/device.ts';
import type { Params, RequestName } from '#agent/device/requests.ts';
import type { Wanted } from '#agent/device/state.ts';
import type { MetadataKey } from '#lib/sis/families/recording.ts';
import { formatNotice, formatReply } from '#lib/sis/format.ts';
import { handle, isRefusal } from '#lib/sis/handlers.ts';
import type { Command, Protocol } from '#lib/sis/protocol.ts';
import type { RowId } from '#lib/sis/rows.ts';
import type { Form } from '#lib/sis/table.ts';
import type { Values } from '#lib/sis/template.ts';
import { deviceHandlers } from './handlers.ts';
import { alarmsOf } from './information.ts';
import type { SisWorld, View } from './world.ts';

/** Gives the lines that sessions in verbose modes 1 and 3 get for a change of the device, whoever made it. */
export type Teller = (change: Change, view: Omit<View, 'device'>) => string[];

interface Watched {
  command: Command;
  values: Values;
}

/** Metadata that cannot be set: they follow from the start of a recording or from the name of the box. */
const MADE_BY_THE_BOX = new Set<unknown>(['date', 'identifier', 'system-name'] satisfies MetadataKey[]);

/** Rows whose changes are never told: the time changes all the time. */
const NEVER_TOLD = new Set(['clock.time']);

/** Rows that are compared only if the zone changed, since their query takes long. */
const OF_ZONE = new Set(['clock.zone']);

const SESSION = { id: 'changes', access: 'admin' } as const;

/**
 * Every row whose changes are told, for each of its channels, inputs or streams. A row whose keys are not listed is
 * told by its command instead.
 */
function watchedOf(protocol: Protocol): Watched[] {
  return [...protocol.commands.values()].flatMap((command) => {
    const { spec, forms, codecs, tagged } = command;
    const query = forms.query?.[0];
    if (NEVER_TOLD.has(spec.id) || spec.by !== 'device' || spec.to !== 'everyone' || !query || !tagged) return [];
    let all: Values[] = [{}];
    for (const { name } of query.fields) {
      const options = (codecs[name]?.options ?? []).map((word) => codecs[name]?.fromWords(word));
      all = all.flatMap((values) => options.map((value) => ({ ...values, [name]: value })));
    }
    return all.filter(({ key }) => !MADE_BY_THE_BOX.has(key)).map((values) => ({ command, values }));
  });
}

/** The line that a row has now; undefined if the device has no value, as for a window that is not in the layout. */
function lineOf({ command, values }: Watched, view: View): string | undefined {
  const handled = handle<SisWorld>(deviceHandlers, { id: command.id, form: 'query', values }, view, SESSION);
  return isRefusal(handled) ? undefined : formatReply(command, 'query', handled.values, 3).join('\r\n');
}

type Act = readonly [row: RowId, form: Form, values: Values];

const PRESET_ACTS: Partial<Record<RequestName, Partial<Record<string, readonly [RowId, Form]>>>> = {
  'preset.recall': {
    user: ['preset.user.recall', 'act'],
    input: ['preset.input.recall', 'act'],
    streaming: ['preset.streaming.recall', 'act'],
    encoder: ['preset.encoder.recall', 'act'],
    profile: ['profile.recall', 'act'],
  },
  'preset.save': {
    user: ['preset.user.save', 'act'],
    input: ['preset.input.save', 'act'],
    streaming: ['preset.streaming.save', 'act'],
    encoder: ['preset.encoder.save', 'act'],
  },
  'preset.name': {
    user: ['preset.user.name', 'set'],
    input: ['preset.input.name', 'set'],
    streaming: ['preset.streaming.name', 'set'],
    encoder: ['preset.encoder.name', 'set'],
  },
  'preset.delete': {
    input: ['preset.input.delete', 'act'],
    streaming: ['preset.streaming.delete', 'act'],
    encoder: ['preset.encoder.reset', 'act'],
    profile: ['profile.delete', 'act'],
  },
};

const LAYOUT_ACTS: Partial<Record<RequestName, readonly [RowId, Form]>> = {
  'layout.save': ['preset.layout.save', 'act'],
  'layout.reset': ['preset.layout.reset', 'act'],
  'layout.rename': ['preset.layout.name', 'set'],
};

/** The command that a request is made by, if there is one: the other sessions get the line of that command. */
function actOf({ request }: Change): Act | undefined {
  if (!request) return undefined;
  const { name } = request;
  const params = request.params as Values & { number?: number; family?: string };
  const preset = { ...params, preset: params.number };
  if (name === 'layout.recall') {
    const { withInputs } = request.params as Params<'layout.recall'>;
    return [withInputs ? 'preset.layout.recall' : 'preset.layout.recall-windows', 'act', preset];
  }
  if (name === 'record.extend') return ['record.extend', 'act', params];
  const found = LAYOUT_ACTS[name] ?? PRESET_ACTS[name]?.[params.family ?? ''];
  return found && [found[0], found[1], preset];
}

/**
 * Rows that are told besides the command of a request. All others are left out, since the command's line, such as the
 * number of a preset, stands for them.
 */
const WITH_ACTS = new Set(['input.select', 'record.state']);

function soundOf({ audio }: Wanted): string {
  const mono = audio.channels.B.mono === true;
  if (audio.from === 'A') return 'A';
  return `${audio.from === 'B' ? 'B' : 'A+B'}${mono ? '-dual-mono' : ''}`;
}

/** The lines of kept values that have changed. */
function keptLines(protocol: Protocol, before: Wanted, after: Wanted): string[] {
  if (before.sis.kept === after.sis.kept) return [];
  return Object.entries(after.sis.kept).flatMap(([place, values]) => {
    const command = protocol.commands.get(place.split(' ')[0] ?? '');
    const isNew = JSON.stringify(values) !== JSON.stringify(before.sis.kept[place]);
    if (!isNew || command?.spec.by !== 'keeper' || command.spec.to !== 'everyone') return [];
    return formatReply(command, 'set', values, 3);
  });
}

const DRIVES = ['usbfront', 'usbrear', 'usbrcp'] as const;

function seenLines(protocol: Protocol, { before, state }: Change): string[] {
  const lines: string[] = [];
  if (before.seen.disk !== state.seen.disk) {
    const isThere = (disks: typeof state.seen.disk, drive: string): boolean =>
      disks.some(({ destination, usable }) => usable && destination.startsWith(drive));
    for (const drive of DRIVES) {
      const present = isThere(state.seen.disk, drive);
      if (present !== isThere(before.seen.disk, drive))
        lines.push(formatNotice(protocol, 'notice.usb', { present, drive }));
    }
  }
  if (before.seen.alarms !== state.seen.alarms) {
    const [was, is] = [before, state].map((one) => formatNotice(protocol, 'notice.alarms', { alarms: alarmsOf(one) }));
    if (is !== undefined && was !== is) lines.push(is);
  }
  return lines;
}

/** Makes the function that turns changes into lines; nothing else does. */
export function openTeller(protocol: Protocol): Teller {
  const watched = watchedOf(protocol);
  const act = (row: RowId, form: Form, values: Values): string[] => {
    const command = protocol.commands.get(row);
    return command ? formatReply(command, form, values, 3) : [];
  };

  const wantedLines = (change: Change, around: Omit<View, 'device'>): string[] => {
    const [before, after] = [change.before.wanted, change.state.wanted];
    const own = actOf(change);
    const views = { before: { ...around, device: change.before }, after: { ...around, device: change.state } };
    const lines = own ? act(...own) : [];
    if (before.swapped !== after.swapped) lines.push(...act('layout.swap', 'act', {}));
    if (soundOf(before) !== soundOf(after)) lines.push(...act('audio.output', 'act', { choice: soundOf(after) }));
    for (const one of watched) {
      if (own && !WITH_ACTS.has(one.command.id)) continue;
      if (OF_ZONE.has(one.command.id) && before.sis.zone === after.sis.zone) continue;
      // A change of the mode is told by its own row; the stream of channel B, which comes or goes with it, is not told
      // too.
      if (before.encoderMode !== after.encoderMode && one.values['stream'] === 'archive-b') continue;
      const line = lineOf(one, views.after);
      if (line !== undefined && line !== lineOf(one, views.before)) lines.push(line);
    }
    return [...lines, ...keptLines(protocol, before, after)];
  };

  return (change, around) => {
    const lines = change.before.wanted === change.state.wanted ? [] : wantedLines(change, around);
    const marks = change.events.flatMap(() => act('record.mark', 'act', {}));
    const reset = change.request?.name === 'record.extend' ? actOf(change) : undefined;
    // The line of an extension is added here, since the extension may change nothing that is compared.
    if (reset && lines.length === 0) lines.push(...act(...reset));
    return [...lines, ...marks, ...seenLines(protocol, change)];
  };
}

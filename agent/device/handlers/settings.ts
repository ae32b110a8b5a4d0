import { isDeepStrictEqual } from 'node:util';
import { isDual } from '../dual-mode.ts';
import { refuse, type Handlers } from '../outcome.ts';
import type { Wanted } from '../state.ts';
import { isRecording } from './streaming.ts';

/** Number of kept rows; a further one is refused. */
const MOST_KEPT = 1000;

/** Handlers for settings of the control protocol and of the whole box. */
export const settingsHandlers: Handlers<'sis.set' | 'sis.keep' | 'settings.replace'> = {
  'sis.set'({ wanted }, { snmp, ports, ...changes }) {
    const { sis } = wanted;
    const after = { ...sis, ...changes, snmp: { ...sis.snmp, ...snmp }, ports: { ...sis.ports, ...ports } };
    return { wanted: { ...wanted, sis: after } };
  },
  'sis.keep'({ wanted }, { row, values }) {
    const { [row]: _, ...others } = wanted.sis.kept;
    if (values !== null && Object.keys(others).length >= MOST_KEPT)
      return refuse('E14', 'no room for more kept values');
    const kept = values === null ? others : { ...others, [row]: values };
    return { wanted: { ...wanted, sis: { ...wanted.sis, kept } } };
  },
  'settings.replace'(state, { settings }) {
    const touched = isRecording(state) ? touchedBy(settings, state.wanted) : [];
    if (touched.length > 0) return refuse('E22', `a recording runs, and these would touch it: ${touched.join(', ')}`);
    return { wanted: { ...settings, recording: state.wanted.recording } };
  },
};

/**
 * The settings that affect a running recording: all that is seen, heard or written. Inputs that are not shown may
 * change.
 */
const recorded = ({
  inputs,
  routing,
  encoders,
  sis,
  ...wanted
}: Omit<Wanted, 'recording'>): Record<string, unknown> => {
  const { hall, locale, layout, swapped, muted, noSignal, audio } = wanted;
  return {
    hall,
    locale,
    routing,
    layout,
    swapped,
    muted,
    noSignal,
    audio,
    'input of channel A': inputs[routing.A],
    'input of channel B': inputs[routing.B],
    'encoder mode': wanted.encoderMode,
    'archive encoder': encoders.archive,
    'encoder of channel B': isDual(wanted) ? encoders['archive-b'] : undefined,
    'test pattern': sis.pattern,
    'time zone': sis.zone,
  };
};

function touchedBy(settings: Omit<Wanted, 'recording'>, wanted: Wanted): string[] {
  const [before, after] = [recorded(wanted), recorded(settings)];
  return Object.keys(after).filter((name) => !isDeepStrictEqual(before[name], after[name]));
}

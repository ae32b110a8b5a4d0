import { refuse, type Handlers } from '../outcome.ts';
import { isRecording } from './streaming.ts';

const MOST_KEPT = 1000;

/** Settings of the control protocol, and of the box as a whole. */
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
    if (isRecording(state)) return refuse('E22', 'settings cannot be replaced while a recording runs: stop it first');
    return { wanted: { ...settings, recording: state.wanted.recording } };
  },
};

import { flag, integer, spelled } from '../codecs.ts';
import { alarms } from '../records.ts';
import { guess, notice } from '../table.ts';

/** Lines that the device sends unasked and that are no reply to any command (facts/smp351 1.8). */
export const notices = [
  notice({
    id: 'notice.countdown',
    summary: 'A recording begins in so many seconds',
    line: 'RecStart{seconds:2}',
    fields: { seconds: integer(1, 60) },
    source: 'AVC, AMX1, CS',
    confidence: 'A',
    examples: ['RecStart05', 'RecStart01'],
  }),
  notice({
    id: 'notice.usb',
    summary: 'A USB drive was put in or taken out',
    line: 'RcdrN{present}*{drive}',
    fields: { present: flag, drive: spelled('usbfront', 'usbrear', 'usbrcp') },
    source: 'AVC, CS',
    confidence: 'A',
    examples: ['RcdrN1*usbfront', 'RcdrN0*usbrear'],
  }),
  notice({
    id: 'notice.alarms',
    summary: 'The alarms changed',
    line: guess('notice.alarms', 'alarms'),
    fields: { alarms },
    source: 'inferred',
    confidence: 'C',
    examples: ['Inf39*<name:audio_loss,level:warning>', 'Inf39*None active'],
  }),
] as const;

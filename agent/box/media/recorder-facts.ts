import type { Device } from '#agent/device/device.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';

/** Enters a fact of the recorder into the state of the device. */
export function tellRecorderFact(device: Device, fact: RecorderFact): void {
  switch (fact.kind) {
    case 'recording':
      return device.observe({ fact: 'recording', seen: fact.recording });
    case 'disk':
      return device.observe({ fact: 'disk', seen: fact.disk });
    case 'alarm':
      return device.observe(
        'raise' in fact ? { fact: 'alarm', raise: fact.raise } : { fact: 'alarm', clear: fact.clear },
      );
    case 'take':
    case 'removed':
      return device.observe({ fact: 'recordings' });
  }
}

import type { SnmpFacts } from '#agent/control/snmp/snmp-mib.ts';
import { networkInterfaces } from '#agent/control/snmp/network-interfaces.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { INPUTS } from '#agent/device/state.ts';

const MB = 1_000_000;

/** The values that SNMP managers can read, as they are now: disk space in MB (10^6 bytes), times in ms. */
export async function snmpFacts(
  { wanted, seen }: DeviceState,
  description: string,
  startedAtMs: number,
): Promise<SnmpFacts> {
  const { A, B } = wanted.routing;
  return {
    description,
    name: wanted.hall,
    contact: wanted.sis.snmp.contact,
    location: wanted.sis.snmp.location,
    upMs: Math.max(0, Date.now() - startedAtMs),
    recording: { state: seen.recording.state, elapsedMs: seen.recording.elapsedMs },
    inputs: INPUTS.map((number) => ({
      number,
      name: wanted.inputs[number].name,
      hasSignal: seen.inputs[number].status === 'live',
      isSelected: number === A || number === B,
    })),
    disks: seen.disk.map(({ destination, freeBytes, totalBytes, usable }) => ({
      name: destination,
      freeMB: freeBytes / MB,
      totalMB: totalBytes / MB,
      isUsable: usable,
    })),
    alarms: seen.alarms.map(({ name, level }) => ({ name, level })),
    interfaces: await networkInterfaces(),
  };
}

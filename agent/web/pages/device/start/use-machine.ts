import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePage } from '../page-context.ts';

/** The answer of `GET /machine`, as far as the wizard shows it. */
export interface MachineNow {
  timeZone: string;
  host: string;
  addresses: readonly { name: string; address: string }[];
  gateway: string;
  dns: readonly string[];
  /** Ports of services that listen. */
  ports: Partial<Record<'rtsp' | 'telnet' | 'ssh' | 'http' | 'https', number>>;
  timeServers: readonly string[];
}

/** Reads the machine once; undefined until it has answered. */
export function useMachine(): MachineNow | undefined {
  const { api } = usePage();
  const machine = useSignal<MachineNow | undefined>(undefined);
  useEffect(() => {
    void api.get<MachineNow>('/machine').then(({ value }) => void (machine.value = value));
  }, []);
  return machine.value;
}

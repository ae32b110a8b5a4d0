import { openDevice, type Device } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import type { Wanted } from '#agent/device/state.ts';
import type { FileTree } from '#agent/control/files/file-tree.ts';
import type { Access, ControlSession, Via } from '#agent/control/session/line-session.ts';
import { openSisPort, type SisPort } from '#agent/control/sis/port.ts';
import type { BoxActions, BoxFacts } from '#agent/control/sis/world.ts';
import { silentLog } from '#lib/runtime/log.ts';
import type { Verbose } from '#lib/sis/format.ts';
import type { Personality } from '#lib/sis/personality.ts';
import { openProtocol } from '#lib/sis/protocol.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { protocol as shipped, shippedPersonality } from '#test/lib/sis/device.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';

/** A client of the port: what it was sent, one entry a write. */
export interface Client {
  /** Sends, waits until all is answered, and gives what was written meanwhile. */
  ask(text: string): Promise<string[]>;
  /** What was written since the last look. */
  heard(): string[];
  session: ControlSession;
  echo: boolean[];
  idleMs: number[];
}

export interface SisBox {
  device: Device;
  clock: VirtualClock;
  port: SisPort;
  /** What the box was made to do beside requests. */
  acts: string[];
  /** A code that the next act is refused with. */
  /** Called while an act is carried out. */
  onAct: () => void;
  refuseActs: { with?: 'E13' | 'E14' | 'E28' | undefined };
  facts: Omit<BoxFacts, 'sessions'>;
  client(verbose?: Verbose, access?: Access, via?: Via, localAddress?: string, onClose?: () => void): Client;
}

const NETWORK = {
  address: '10.1.2.3',
  mask: '255.255.0.0',
  prefix: 16,
  gateway: '10.1.0.1',
  dns: '9.9.9.9',
  dhcp: false,
};

const fakeFacts = (): Omit<BoxFacts, 'sessions'> => ({
  nowMs: Date.UTC(2026, 6, 13, 6, 16, 21),
  timeZone: 'Europe/Paris',
  version: '0.1.0',
  memory: { usedBytes: 412_876_800, totalKb: 2_073_600 },
  cpuPercent: 6.6,
  ethernet: { link: 'up', mbps: 1000, duplex: 'full' },
  mac: '00-05-A6-11-22-33',
  serial: 'A1B2C3D',
  network: NETWORK,
  addresses: [{ address: '10.1.2.3', mask: '255.255.0.0', prefix: 16 }],
  listens: [],
  celsius: 45,
  sensors: { diskCelsius: undefined, fansRpm: [] },
  hasPassword: { admin: true, user: false },
  ports: { telnet: 23, ssh: 22023, http: 80, https: 0, snmp: 0 },
  factoryLayouts,
  overlayFile: (name) => ['background.svg', 'hall-3.png'].find((file) => file === name || file.startsWith(`${name}.`)),
});

function fakeActions({ acts, refuseActs }: Pick<SisBox, 'acts' | 'refuseActs'>, onAct: () => void): BoxActions {
  const note = async (text: string) => {
    await new Promise((resolve) => setImmediate(resolve));
    acts.push(text);
    onAct();
    return refuseActs.with;
  };
  return {
    setPassword: (account, password) => note(`password ${account} ${password}`),
    movePort: (service, port) => note(`port ${service} ${port}`),
    deleteRecording: (recording) => note(`delete ${recording}`),
    hasOverlay: async (file) => file === 'hall-3.png',
    clearAlarms: () => note('clear alarms'),
    syncSchedule: () => note('sync schedule'),
    clearSchedule: () => note('clear schedule'),
    saveConfig: (file) => note(`save ${file}`),
    restoreConfig: (file) => note(`restore ${file}`),
    reset: (what) => note(`reset ${JSON.stringify(what)}`),
    restart: (what) => note(`restart ${what}`),
  };
}

/** A real device behind a real port, with facts and acts that a test holds in its hands. */
export function openSisBox(
  change: {
    personality?: (personality: Personality) => void;
    wanted?: Partial<Wanted>;
    files?: FileTree;
    onPassword?: (listener: (whose: readonly Access[]) => void) => void;
  } = {},
): SisBox {
  const personality = change.personality && shippedPersonality();
  if (personality) change.personality?.(personality);
  const clock = virtualClock();
  const wanted = { ...factoryWanted(factoryLayouts), ...change.wanted };
  let takes = 0;
  const newId = (): string => `take-${++takes}`;
  const device = openDevice({ initial: initialState(wanted), factoryLayouts, clock, newId, log: silentLog });
  const disk = {
    destination: 'internal',
    folder: '/r',
    freeBytes: 116_606_760 * 1024,
    totalBytes: 244e9,
    usable: true,
  };
  device.observe({ fact: 'disk', seen: [disk] });
  const held = { acts: [] as string[], refuseActs: {} as SisBox['refuseActs'], facts: fakeFacts() };
  const port = openSisPort({
    protocol: personality ? openProtocol(personality) : shipped,
    device,
    clock,
    log: silentLog,
    ...(change.files ? { files: change.files } : {}),
    facts: () => held.facts,
    actions: fakeActions(held, () => box.onAct()),
    onPassword(listener) {
      change.onPassword?.(listener);
      return () => undefined;
    },
  });
  const box: SisBox = {
    onAct: () => undefined,
    device,
    clock,
    port,
    ...held,
    client(verbose = 0, access = 'admin', via = 'telnet', localAddress, onClose = () => undefined) {
      const written: string[] = [];
      const [echo, idleMs]: [boolean[], number[]] = [[], []];
      const session = port.open({
        via,
        access,
        verbose,
        address: '10.0.0.1',
        ...(localAddress === undefined ? {} : { localAddress }),
        write: (reply) => void written.push(reply),
        close: onClose,
        setEcho: (on) => void echo.push(on),
        setIdleMs: (ms) => void idleMs.push(ms),
      });
      if ('refused' in session) throw new Error(session.refused);
      const heard = (): string[] => written.splice(0);
      return {
        session,
        heard,
        echo,
        idleMs,
        async ask(text) {
          await session.receive(Buffer.from(text));
          return heard();
        },
      };
    },
  };
  return box;
}

/** `Y1RCDR` as it is sent. */
export const esc = (body: string): string => `\u001b${body}\r`;

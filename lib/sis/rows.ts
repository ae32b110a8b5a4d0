import { audio } from './families/audio.ts';
import { encoder } from './families/encoder.ts';
import { files } from './families/files.ts';
import { information } from './families/information.ts';
import { inputs } from './families/inputs.ts';
import { network } from './families/network.ts';
import { notices } from './families/notices.ts';
import { presets } from './families/presets.ts';
import { recording } from './families/recording.ts';
import { streaming } from './families/streaming.ts';
import { system } from './families/system.ts';
import type { CommandSpec } from './table.ts';

/** The protocol, family by family, in the order of the maker's guide. */
export const families = { information, system, network, inputs, recording, presets, encoder, streaming, audio, files };

export const rows = [
  ...information,
  ...system,
  ...network,
  ...inputs,
  ...recording,
  ...presets,
  ...encoder,
  ...streaming,
  ...audio,
  ...files,
] as const;

export type Row = (typeof rows)[number];
export type RowId = Row['id'];

/** The rows a device handles: `Handlers<DeviceRow, World>` names them all. */
export type DeviceRow = Extract<Row, { by: 'device' }>;
/** The rows a session handles for itself: verbose mode, echo, level, time-out, folder. */
export type SessionRow = Extract<Row, { by: 'session' }>;
/** The rows `keep` and `kept` answer. */
export type KeeperRow = Extract<Row, { by: 'keeper' }>;

export type NoticeId = (typeof notices)[number]['id'];

export const allRows: readonly CommandSpec[] = rows;

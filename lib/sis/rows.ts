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

/** All rows by family, in the order of the maker's guide. */
export const families = { information, system, network, inputs, recording, presets, encoder, streaming, audio, files };

/** All rows in one list. */
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

/** The type of a row, with its literal id. */
export type Row = (typeof rows)[number];
/** The id of a row. */
export type RowId = Row['id'];

/** The rows that the device answers: `Handlers<DeviceRow, World>` has a handler for each. */
export type DeviceRow = Extract<Row, { by: 'device' }>;
/** The rows that a session answers itself: verbose mode, echo, level, time-out, folder. */
export type SessionRow = Extract<Row, { by: 'session' }>;

/** The id of a line that is sent unasked. */
export type NoticeId = (typeof notices)[number]['id'];

/** All rows, without their literal types. */
export const allRows: readonly CommandSpec[] = rows;

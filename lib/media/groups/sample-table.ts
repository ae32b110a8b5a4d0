/** Samples of a track in decoding order, as columns: a film of hours has hundreds of thousands. */
export interface SampleTable {
  count: number;
  /** Place of each in the file. */
  offsets: Float64Array;
  sizes: Uint32Array;
  /** Decoding times, in the track's time scale. */
  times: Float64Array;
  durations: Uint32Array;
  /** Presentation time minus decoding time. */
  compositions: Int32Array;
  /** 1 for a sample at which decoding can begin. */
  keys: Uint8Array;
}

/** Samples of all tracks that are read: 24 hours with 60 pictures and 60 frames of sound a second. More are refused. */
export const MOST_SAMPLES = 24 * 3600 * 120;

/** A sample of a track. */
export interface Sample {
  offset: number;
  size: number;
  time: number;
  duration: number;
  composition: number;
  isKey: boolean;
}

/** Makes a table with room for this many samples. */
export const newSampleTable = (room: number): SampleTable => ({
  count: 0,
  offsets: new Float64Array(room),
  sizes: new Uint32Array(room),
  times: new Float64Array(room),
  durations: new Uint32Array(room),
  compositions: new Int32Array(room),
  keys: new Uint8Array(room),
});

/** Adds a sample at the end; the columns are made twice as long where they are full. */
export function addSample(table: SampleTable, sample: Sample): void {
  if (table.count === table.sizes.length) makeRoom(table);
  const at = table.count++;
  table.offsets[at] = sample.offset;
  table.sizes[at] = sample.size;
  table.times[at] = sample.time;
  table.durations[at] = sample.duration;
  table.compositions[at] = sample.composition;
  table.keys[at] = sample.isKey ? 1 : 0;
}

/** Adds a sample of which only the place is known yet. */
export function addPlace(table: SampleTable, offset: number, size: number): void {
  if (table.count === table.sizes.length) makeRoom(table);
  table.offsets[table.count] = offset;
  table.sizes[table.count] = size;
  table.count++;
}

function makeRoom(table: SampleTable): void {
  const longer = newSampleTable(Math.max(1024, table.count * 2));
  for (const column of ['offsets', 'sizes', 'times', 'durations', 'compositions', 'keys'] as const)
    longer[column].set(table[column]);
  Object.assign(table, { ...longer, count: table.count });
}

/** Presentation time of a sample, in the track's time scale. */
export const presentedAt = ({ times, compositions }: SampleTable, at: number): number => times[at]! + compositions[at]!;

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSensors } from '#agent/control/sis/sensors.ts';

test('drives and fans are read from the monitors of the kernel; what is no reading is left out', async () => {
  const root = await mkdtemp(join(tmpdir(), 'amphi-hwmon-'));
  const monitor = async (folder: string, files: Record<string, string>): Promise<void> => {
    await mkdir(join(root, folder));
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, folder, name), text);
  };
  try {
    await monitor('hwmon0', { name: 'coretemp\n', temp1_input: '71000\n' });
    await monitor('hwmon1', { name: 'drivetemp\n', temp1_input: '38000\n', temp1_max: '60000\n' });
    await monitor('hwmon2', { name: 'nvme\n', temp1_input: '44850\n', temp2_input: 'broken' });
    await monitor('hwmon3', { name: 'nct6775\n', fan1_input: '1200\n', fan2_input: '0\n', fan2_min: '300\n' });
    assert.deepEqual(await readSensors(root), { diskCelsius: 44.85, fansRpm: [1200, 0] });
    assert.deepEqual(await readSensors(join(root, 'none')), { diskCelsius: undefined, fansRpm: [] });
  } finally {
    await rm(root, { recursive: true });
  }
});

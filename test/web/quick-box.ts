import { configurationTools } from '#agent/box/web/configuration-tools.ts';
import { machineSettings } from '#agent/box/web/machine-settings.ts';
import { openBoxConfig } from '#agent/box/backup/settings-document.ts';
import { parseConfig } from '#agent/box/settings/config.ts';
import type { Device } from '#agent/device/device.ts';
import { fakeTechnician } from '#test/agent/web/fake-technician.ts';
import { startFakeBox, PASSWORDS, type FakeBox } from '#test/agent/web/fake-box.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import type { Page } from 'playwright-core';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A box without pictures: device, web and settings are real, so that it is there at once and costs nothing. */
export async function startQuickBox(): Promise<FakeBox & { data: string }> {
  const data = await mkdtemp(join(tmpdir(), 'amphi-quick-'));
  const config = { ...parseConfig('http: {port: 0}', 'a test'), data };
  const technician = (device: Device) => ({
    ...fakeTechnician(device),
    machineSettings: machineSettings(config, silentLog),
    configuration: configurationTools(
      openBoxConfig(device, factoryLayouts, () => 'a box'),
      config,
    ),
  });
  const box = await startFakeBox({ technician });
  return Object.assign(box, { data });
}

/** Signs in without the page of it, and goes to a place. */
export async function open(page: Page, box: FakeBox, hash: string): Promise<void> {
  await page
    .context()
    .request.post(`${box.url}/api/v1/session`, { data: { name: 'admin', password: PASSWORDS.admin } });
  await page.goto(`${box.url}/${hash}`);
  await page.getByRole('navigation').first().waitFor();
}

/** Pairs a tablet and opens the lectern. */
export async function openLectern(page: Page, box: FakeBox): Promise<void> {
  const { json } = await box.send('POST', '/api/v1/lectern/codes', {});
  await page.goto(`${box.url}/lectern#code=${(json as { code: string }).code}`);
  await page.locator('.lectern').waitFor();
}

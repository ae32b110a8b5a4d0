import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { promisify } from 'node:util';

import { openRenderer } from '#overlays/render.ts';

import { textSpec } from './pixels-of.ts';

const spec = textSpec('L’œuvre d’Łukasz à Ångström, où çà ? Ωμέγα, Жук, שלום, ☺');

const PROGRAM = `
  import { createHash } from 'node:crypto';
  const { openRenderer } = await import('#overlays/render.ts');
  const { rgba } = await openRenderer({ folder: '/nowhere' }).renderText(${JSON.stringify(spec)});
  console.log(createHash('sha256').update(rgba).digest('hex'));`;

it('a machine without fonts and without font settings draws the same letters', async () => {
  const { rgba } = await openRenderer({ folder: '/nowhere' }).renderText(spec);
  const here = createHash('sha256').update(rgba).digest('hex');
  for (const FONTCONFIG_FILE of ['/dev/null', '/nonexistent/fonts.conf']) {
    const env = { FONTCONFIG_FILE, FONTCONFIG_PATH: '/nonexistent', HOME: '/nonexistent' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM], { env });
    assert.equal(stdout.trim(), here, FONTCONFIG_FILE);
  }
});

import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for known boxes, servers and keys: `AMPHI_CONFIG_HOME`, else `amphi` in `XDG_CONFIG_HOME`, else in
 * `~/.config`.
 */
export const configFolder = (): string =>
  process.env['AMPHI_CONFIG_HOME'] || join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'amphi');

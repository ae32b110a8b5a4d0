import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { keepCodeSoon } from '#lib/runtime/code-cache.ts';
import { openLog, openLogLines, type Log } from '#lib/runtime/log.ts';
import { reachableAddresses } from '#lib/runtime/own-addresses.ts';
import { logFolderOf, openLogFiles } from './box/control/log.ts';
import { ConfigError, type Override } from '#firmware-config/document/text.ts';
import { readConfig } from './box/settings/config.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { packageVersion, startAgent, type Agent } from './main.ts';

type Introduction = Awaited<Agent['introduced']>;

/** Flags and environment variables that override the configuration, each with the key that it sets. */
const OVERRIDES: readonly {
  flag: string;
  value: string;
  env: string;
  path: readonly string[];
  help: string;
  kind?: 'number' | 'path';
}[] = [
  { flag: 'hall', value: 'NAME', env: 'AMPHI_HALL', path: ['hall'], help: 'name of the hall' },
  {
    flag: 'data',
    value: 'DIR',
    env: 'AMPHI_DATA',
    path: ['data'],
    help: 'folder for settings and recordings',
    kind: 'path',
  },
  { flag: 'listen', value: 'ADDRESS', env: 'AMPHI_LISTEN', path: ['listen'], help: 'address of all services' },
  {
    flag: 'http-port',
    value: 'PORT',
    env: 'AMPHI_HTTP_PORT',
    path: ['http', 'port'],
    help: 'port of the API and the pages',
    kind: 'number',
  },
  {
    flag: 'https-port',
    value: 'PORT',
    env: 'AMPHI_HTTPS_PORT',
    path: ['https', 'port'],
    help: 'port of the same, encrypted',
    kind: 'number',
  },
  {
    flag: 'rtsp-port',
    value: 'PORT',
    env: 'AMPHI_RTSP_PORT',
    path: ['rtsp', 'port'],
    help: 'port of the RTSP server',
    kind: 'number',
  },
  {
    flag: 'telnet-port',
    value: 'PORT',
    env: 'AMPHI_TELNET_PORT',
    path: ['telnet', 'port'],
    help: 'port of SIS over Telnet',
    kind: 'number',
  },
  {
    flag: 'ssh-port',
    value: 'PORT',
    env: 'AMPHI_SSH_PORT',
    path: ['ssh', 'port'],
    help: 'port of SIS over SSH',
    kind: 'number',
  },
  {
    flag: 'sftp-port',
    value: 'PORT',
    env: 'AMPHI_SFTP_PORT',
    path: ['sftp', 'port'],
    help: 'port of SFTP',
    kind: 'number',
  },
  {
    flag: 'ftp-port',
    value: 'PORT',
    env: 'AMPHI_FTP_PORT',
    path: ['ftp', 'port'],
    help: 'port of FTP',
    kind: 'number',
  },
  {
    flag: 'snmp-port',
    value: 'PORT',
    env: 'AMPHI_SNMP_PORT',
    path: ['snmp', 'port'],
    help: 'port of SNMP, once it is switched on',
    kind: 'number',
  },
  {
    flag: 'token',
    value: 'TOKEN',
    env: 'AMPHI_TOKEN',
    path: ['http', 'token'],
    help: 'what clients of the API must show',
  },
  { flag: 'time-zone', value: 'ZONE', env: 'AMPHI_TIME_ZONE', path: ['timeZone'], help: 'such as Europe/Paris' },
];

/** The command `amphi agent`, which runs the box of one hall. */
export function agentCommand(): Command {
  const command = new Command('agent')
    .description('Run the box of one hall until it is told to stop (SIGTERM, SIGINT).')
    .option('--config <FILE>', 'configuration, YAML or JSON; flags and environment override it');
  for (const { flag, value, env, help } of OVERRIDES)
    command.addOption(new Option(`--${flag} <${value}>`, `${help} (${env})`));
  return command.action((options: Record<string, string>) => run(options));
}

async function run(options: Record<string, string>): Promise<void> {
  const config = await readConfig(options['config'], overridesOf(options, process.env)).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(2);
  });
  const files = openLogFiles(logFolderOf(config));
  const lines = openLogLines(files);
  const log = openLog(undefined, lines);
  keepCodeSoon();
  const stopped = untilSignalled().then(() => 'stop' as const);
  for (;;) {
    const agent = await startAgent(config, await packageVersion(), log, lines);
    void agent.introduced.then((introduction) => introduce(config, agent, introduction));
    const why = await Promise.race([stopped, agent.restartAsked.then(() => 'restart' as const)]);
    log.info({}, why === 'stop' ? 'stopping' : 'beginning anew');
    await closeInTime(agent, log);
    if (why === 'stop') process.exit(0);
  }
}

/**
 * Time in which the box must close. Recordings are closed well before; after it the process ends, whatever is still
 * open.
 */
const CLOSE_MS = 10_000;

/**
 * Closes the box. If closing takes longer than `limitMs`, the process ends itself with code 1; the service manager
 * starts the box again, and the recordings are recovered. `end` ends the process (tests give their own).
 */
export async function closeInTime(
  agent: Pick<Agent, 'close'>,
  log: Pick<Log, 'error'>,
  { limitMs = CLOSE_MS, end = (code: number): void => process.exit(code) } = {},
): Promise<void> {
  const late = setTimeout(() => {
    log.error({}, 'the box does not close, and is ended');
    end(1);
  }, limitMs);
  await agent.close().catch((error: unknown) => log.error({ err: error }, 'the box does not close well'));
  clearTimeout(late);
}

/** Prints where the box is reached and how to log in. */
function introduce(config: Config, agent: Agent, introduction: Introduction): void {
  const { rtspPort, isOpen, needsNoPassword, firstPassword } = introduction;
  const { http, https, telnet, ssh, sftp, ftp } = introduction.ports;
  const hosts = reachableAddresses(config.listen);
  const [host] = hosts;
  const at = (ports: Record<string, number>): string =>
    Object.entries(ports)
      .map(([name, port]) => (port ? `${name} ${host}:${port}` : `${name} off`))
      .join(', ');
  console.log(`box      ${config.hall}`);
  for (const one of http ? hosts : []) console.log(`page     http://${one}:${http}/`);
  if (http) console.log(`api      http://${host}:${http}/api/v1/`);
  console.log(`stream   rtsp://${host}:${rtspPort}/${agent.device.state().wanted.streams.archive.name}`);
  console.log(`control  ${at({ telnet, ssh })}\nfiles    ${at({ sftp, ftp })}`);
  if (https) console.log(`https    https://${host}:${https}/`);
  console.log(
    isOpen
      ? 'token    none: the API is open'
      : `token    ${config.http.token ? 'as configured' : `in ${config.data}/token`}`,
  );
  for (const text of withoutPort(agent)) console.log(`port     ${text}`);
  if (needsNoPassword) console.log('password NONE: whoever reaches this box may do everything');
  if (firstPassword) {
    console.log(`password ${firstPassword} (of admin, also in ${config.data}/first-password; set your own)`);
  }
}

/** The alarms of services that could not get their port, as texts that also say what to do. */
const withoutPort = (agent: Agent): string[] =>
  agent.device
    .state()
    .seen.alarms.filter(({ name }) => name === 'control')
    .map(({ text }) => text);

function overridesOf(options: Record<string, string>, env: NodeJS.ProcessEnv): Override[] {
  return OVERRIDES.flatMap(({ flag, env: name, path, kind }): Override[] => {
    const given = options[flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    const text = given ?? env[name];
    if (text === undefined || text === '') return [];
    const value = kind === 'number' ? numberOf(text) : kind === 'path' ? resolve(text) : text;
    return [{ from: given === undefined ? name : `--${flag}`, path, value }];
  });
}

/** Converts digits to a number. Any other text is given back as it is, so that the schema reports it as wrong. */
const numberOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

function untilSignalled(): Promise<void> {
  return new Promise((stop) => {
    // `on` and not `once`: without a listener that stays, the package signal-exit would end the process at once.
    process.on('SIGTERM', () => stop());
    process.on('SIGINT', () => stop());
  });
}

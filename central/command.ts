import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { openLog } from '@amphi/lib/runtime/log.ts';
import { ConfigError, parseConfig, type Config } from './config.ts';
import { packageVersion, startCentral, type Central } from './main.ts';

/** Settings of the server, each with its flag, its environment variable and its key in the configuration. */
const OPTIONS: readonly {
  flag: string;
  value: string;
  env: string;
  /** A key within a group is `smtp.host`. */
  key: string;
  help: string;
  kind?: 'number' | 'path' | 'list';
}[] = [
  { flag: 'listen', value: 'ADDRESS', env: 'AMPHI_CENTRAL_LISTEN', key: 'listen', help: 'address to listen on' },
  { flag: 'port', value: 'PORT', env: 'AMPHI_CENTRAL_PORT', key: 'port', help: 'port to listen on', kind: 'number' },
  {
    flag: 'url',
    value: 'URL',
    env: 'AMPHI_CENTRAL_URL',
    key: 'url',
    help: 'as agents reach it, if a proxy stands before it',
  },
  {
    flag: 'data',
    value: 'DIR',
    env: 'AMPHI_CENTRAL_DATA',
    key: 'data',
    help: 'folder of the database and of secrets',
    kind: 'path',
  },
  {
    flag: 'media',
    value: 'DIR',
    env: 'AMPHI_CENTRAL_MEDIA',
    key: 'media',
    help: 'folder of the media, may be a NAS',
    kind: 'path',
  },
  { flag: 'database', value: 'URL', env: 'DATABASE_URL', key: 'databaseUrl', help: 'another PostgreSQL than its own' },
  {
    flag: 'postgres',
    value: 'DIR',
    env: 'AMPHI_POSTGRES',
    key: 'postgres',
    help: "folder of PostgreSQL's programs",
    kind: 'path',
  },
  {
    flag: 'offline-after',
    value: 'SECONDS',
    env: 'AMPHI_CENTRAL_OFFLINE_AFTER',
    key: 'offlineAfterSeconds',
    help: 'a silent agent is offline',
    kind: 'number',
  },
  {
    flag: 'min-free',
    value: 'MB',
    env: 'AMPHI_CENTRAL_MIN_FREE',
    key: 'minFreeMB',
    help: 'so much of the media folder stays free',
    kind: 'number',
  },
  {
    flag: 'workflow',
    value: 'ID',
    env: 'AMPHI_CENTRAL_WORKFLOW',
    key: 'workflow',
    help: 'what begins after an ingest',
  },
  {
    flag: 'workflows',
    value: 'DIR',
    env: 'AMPHI_CENTRAL_WORKFLOWS',
    key: 'workflows',
    help: 'folder of own workflow definitions',
    kind: 'path',
  },
  {
    flag: 'profiles',
    value: 'DIR',
    env: 'AMPHI_CENTRAL_PROFILES',
    key: 'profiles',
    help: 'folder of own encoding profiles',
    kind: 'path',
  },
  {
    flag: 'roles',
    value: 'ROLES',
    env: 'AMPHI_CENTRAL_ROLES',
    key: 'roles',
    help: 'what it does: web, worker, with commas',
    kind: 'list',
  },
  {
    flag: 'heavy-at-once',
    value: 'N',
    env: 'AMPHI_CENTRAL_HEAVY_AT_ONCE',
    key: 'heavyAtOnce',
    help: 'encodes and the like at the same time',
    kind: 'number',
  },
  {
    flag: 'stream-folder',
    value: 'DIR',
    env: 'AMPHI_CENTRAL_STREAM_FOLDER',
    key: 'streamFolder',
    help: 'folder that a streaming server (Wowza) reads, may be a NAS',
    kind: 'path',
  },
  {
    flag: 'stream-url',
    value: 'URL',
    env: 'AMPHI_CENTRAL_STREAM_URL',
    key: 'streamUrl',
    help: "address of that server's application",
  },
  {
    flag: 'stream-formats',
    value: 'NAMES',
    env: 'AMPHI_CENTRAL_STREAM_FORMATS',
    key: 'streamFormats',
    help: 'hls, dash, smooth, hds, with commas',
    kind: 'list',
  },
  {
    flag: 'search-shape',
    value: 'VERSION',
    env: 'AMPHI_CENTRAL_SEARCH_SHAPE',
    key: 'searchShape',
    help: 'the Opencast whose /search is spoken: 15 or 16',
  },
  {
    flag: 'fetch-from',
    value: 'HOSTS',
    env: 'AMPHI_CENTRAL_FETCH_FROM',
    key: 'fetchFrom',
    help: 'hosts to fetch media from besides agents, with commas',
    kind: 'list',
  },
  {
    flag: 'cors-origins',
    value: 'SITES',
    env: 'AMPHI_CENTRAL_CORS_ORIGINS',
    key: 'corsOrigins',
    help: 'sites whose pages may use it from a browser, with commas',
    kind: 'list',
  },
  {
    flag: 'jwt-keys',
    value: 'FILE',
    env: 'AMPHI_CENTRAL_JWT_KEYS',
    key: 'jwtKeys',
    help: 'public keys (JWKS) of a platform whose tokens are believed',
    kind: 'path',
  },
  {
    flag: 'jwt-issuer',
    value: 'NAME',
    env: 'AMPHI_CENTRAL_JWT_ISSUER',
    key: 'jwtIssuer',
    help: 'iss that its tokens must have',
  },
  {
    flag: 'jwt-audience',
    value: 'NAME',
    env: 'AMPHI_CENTRAL_JWT_AUDIENCE',
    key: 'jwtAudience',
    help: 'aud that its tokens must have',
  },
  {
    flag: 'keep-deleted',
    value: 'DAYS',
    env: 'AMPHI_CENTRAL_KEEP_DELETED',
    key: 'keepDeletedDays',
    help: 'media of deleted events stay so long',
    kind: 'number',
  },
  {
    flag: 'trust-proxy',
    value: 'ADDRESSES',
    env: 'AMPHI_CENTRAL_TRUST_PROXY',
    key: 'trustedProxies',
    help: 'proxies that tell who asks, with commas',
    kind: 'list',
  },
  {
    flag: 'copy-folders',
    value: 'DIRS',
    env: 'AMPHI_CENTRAL_COPY_FOLDERS',
    key: 'copyFolders',
    help: 'folders that workflows may copy files into, with commas',
    kind: 'list',
  },
  {
    flag: 'smtp-host',
    value: 'HOST',
    env: 'AMPHI_CENTRAL_SMTP_HOST',
    key: 'smtp.host',
    help: 'mail server; without it no mail is sent',
  },
  {
    flag: 'smtp-port',
    value: 'PORT',
    env: 'AMPHI_CENTRAL_SMTP_PORT',
    key: 'smtp.port',
    help: 'port of the mail server',
    kind: 'number',
  },
  {
    flag: 'smtp-security',
    value: 'HOW',
    env: 'AMPHI_CENTRAL_SMTP_SECURITY',
    key: 'smtp.security',
    help: 'starttls, tls or none',
  },
  {
    flag: 'smtp-user',
    value: 'NAME',
    env: 'AMPHI_CENTRAL_SMTP_USER',
    key: 'smtp.user',
    help: 'user of the mail server',
  },
  {
    flag: 'smtp-password-file',
    value: 'FILE',
    env: 'AMPHI_CENTRAL_SMTP_PASSWORD_FILE',
    key: 'smtp.passwordFile',
    help: 'file with the password of this user',
    kind: 'path',
  },
  {
    flag: 'smtp-from',
    value: 'ADDRESS',
    env: 'AMPHI_CENTRAL_SMTP_FROM',
    key: 'smtp.from',
    help: 'address that mails come from',
  },
  {
    flag: 'smtp-templates',
    value: 'DIR',
    env: 'AMPHI_CENTRAL_SMTP_TEMPLATES',
    key: 'smtp.templates',
    help: 'folder with templates of mails',
    kind: 'path',
  },
];

/** `amphi central`: the server for many halls. */
export function centralCommand(): Command {
  const command = new Command('central').description(
    'Run the server for many halls until it is told to stop (SIGTERM, SIGINT).',
  );
  for (const { flag, value, env, help } of OPTIONS)
    command.addOption(new Option(`--${flag} <${value}>`, `${help} (${env})`));
  return command.action((options: Record<string, string>) => run(options));
}

async function run(options: Record<string, string>): Promise<void> {
  const stopped = untilSignalled();
  const central = await start(options);
  introduce(central);
  await stopped;
  await central.close();
  process.exit(0);
}

/** Starts the server; errors that keep it from starting are printed without a stack, and the process ends. */
async function start(options: Record<string, string>): Promise<Central> {
  const log = openLog();
  try {
    return await startCentral(configOf(options, process.env), await packageVersion(), log);
  } catch (error) {
    console.error(`amphi central: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(error instanceof ConfigError ? 2 : 1);
  }
}

/** Configuration from flags and the environment; a flag wins. Throws a `ConfigError`. */
export function configOf(options: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): Config {
  const given = OPTIONS.flatMap(({ flag, env: name, key, kind }) => {
    const text = options[flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())] ?? env[name];
    if (text === undefined || text === '') return [];
    return [[key, valueOf(text, kind)] as const];
  });
  return parseConfig(grouped(given));
}

/** Values by their keys, those of a group in an object of their own. */
function grouped(given: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  const groups = Map.groupBy(given, ([key]) => key.split('.')[0] ?? key);
  return Object.fromEntries(
    [...groups].map(([group, all]) => {
      const inside = all.map(([key, value]) => [key.slice(group.length + 1), value] as const);
      return [group, inside[0]?.[0] === '' ? inside[0][1] : Object.fromEntries(inside)];
    }),
  );
}

const valueOf = (text: string, kind: (typeof OPTIONS)[number]['kind']): unknown => {
  if (kind === 'number') return numberOf(text);
  if (kind === 'path') return resolve(text);
  return kind === 'list' ? text.split(',').map((one) => one.trim()) : text;
};

/** The number that a text names; any other text is given back as it is, so that the schema's message can show it. */
const numberOf = (text: string): number | string => (/^[\d.]+$/.test(text) ? Number(text) : text);

/** Prints where the server is reached, and how to sign in for the first time. */
function introduce({ url, services, firstPasswords }: Central): void {
  console.log(`central  ${url}/\nhealth   ${url}/healthz\ndata     ${services.config.data}`);
  if (firstPasswords) console.log(`password of admin and of agent (for boxes): in ${firstPasswords}; set your own`);
}

function untilSignalled(): Promise<void> {
  return new Promise((stop) => {
    // SIGTERM and SIGINT are listened to with `on`, not `once`: signal-exit, which looks after child processes, ends
    // the process at once when nobody else listens any more.
    process.on('SIGTERM', () => stop());
    process.on('SIGINT', () => stop());
  });
}

import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { readPersonality } from '#lib/sis/personality.ts';
import { openProtocol, type Protocol } from '#lib/sis/protocol.ts';
import { DialError } from '#technician/dial/dial-error.ts';
import type { Wire } from '#technician/dial/dial.ts';
import { knownHostsPath } from '#technician/dial/known-hosts.ts';
import { passwordSource } from '#technician/dial/password.ts';
import { chooseBox, type ChosenBox } from '#technician/known/choose-box.ts';
import { runPrompt } from './prompt.ts';
import { openSession, type Session } from './session.ts';
import { dialSsh } from '#technician/dial/ssh.ts';
import { dialTelnet } from '#technician/dial/telnet.ts';
import { openTranscript, silentTranscript, type Transcript } from '#technician/dial/transcript.ts';
import { secretsIn, typedCommands } from './typed.ts';

interface Flags {
  telnet?: boolean;
  ssh?: boolean;
  port?: string;
  user?: string;
  passwordFile?: string;
  exec?: string;
  json?: boolean;
  transcript?: string;
  keepAlive: string;
}

const [TELNET_PORT, SSH_PORT] = [23, 22_023];
const say = (words: string): void => console.error(words);

function readProtocol(): Protocol {
  const file = new URL('../../firmware-config/smp351/personality.json', import.meta.url);
  return openProtocol(readPersonality(JSON.parse(readFileSync(file, 'utf8'))));
}

/** Prints each reply, or all as JSON; gives the exit code. */
async function runScript(protocol: Protocol, session: Session, text: string, json: boolean, transcript: Transcript) {
  const told: object[] = [];
  let code = 0;
  for (const command of typedCommands(protocol, text)) {
    for (const secret of secretsIn(command)) transcript.hide(secret);
    const { reply, heard } = await session.ask(command);
    const error = reply === undefined ? 'no reply' : heard?.kind === 'error' ? heard.code : null;
    const values = heard?.kind === 'reply' ? heard.values : {};
    told.push({ command: command.text, reply: reply ?? null, meaning: heard?.words ?? null, values, error });
    if (!json && reply !== undefined) console.log(reply.replaceAll('\r\n', '\n'));
    if (reply === undefined) {
      say(`${command.text}: no reply`);
      code = 2;
      break;
    }
    if (error) code = 1;
  }
  if (json) console.log(JSON.stringify(told, null, 2));
  return code;
}

type Opener = Parameters<typeof runPrompt>[0]['open'];

/** Makes the function that connects to a box, as it is known or as flags say. */
function opener(protocol: Protocol, box: ChosenBox, flags: Flags, transcript: Transcript): Opener {
  const byTelnet = flags.telnet ?? (!flags.ssh && box.telnet !== undefined);
  const port = Number(flags.port ?? (byTelnet ? (box.telnet ?? TELNET_PORT) : (box.port ?? SSH_PORT)));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('--port is a number from 1 to 65535');
  const options = {
    host: box.host,
    port,
    user: flags.user ?? box.user ?? 'admin',
    password: passwordSource({ file: flags.passwordFile, kept: box.password }),
    transcript,
    timeoutMs: 15_000,
    say,
    knownHosts: knownHostsPath(),
  };
  const connect = (): Promise<Wire> => (byTelnet ? dialTelnet : dialSsh)(options);
  return async (onUnasked) => {
    const wire = await connect();
    box.used();
    const greeting: string[] = [];
    let isGreeted = false;
    const session = openSession(wire, {
      protocol,
      // The first lines over SSH are the greeting.
      onUnasked: (line, heard) => (isGreeted || heard ? onUnasked(line, heard) : void greeting.push(line)),
    });
    for (const first of typedCommands(protocol, 'W0ECHO|W3CV')) await session.ask(first);
    isGreeted = true;
    return { wire: { ...wire, greeting: wire.greeting || greeting.join('\n').trim() }, session };
  };
}

async function talk(box: ChosenBox, flags: Flags, transcript: Transcript): Promise<number> {
  const protocol = readProtocol();
  const keepAliveMs = Number(flags.keepAlive) * 1000;
  if (!(keepAliveMs >= 1000 && keepAliveMs <= 86_400_000)) throw new Error('--keep-alive is 1 to 86400 seconds');
  const open = opener(protocol, box, flags, transcript);
  if (flags.exec === undefined) return runPrompt({ protocol, open, transcript, keepAliveMs });
  const { wire, session } = await open(() => undefined);
  const code = await runScript(protocol, session, flags.exec, flags.json ?? false, transcript);
  wire.close();
  return code;
}

async function run(named: string | undefined, flags: Flags): Promise<number> {
  let transcript = silentTranscript;
  try {
    const box = chooseBox(named, say);
    if (flags.transcript) transcript = openTranscript(flags.transcript, `amphi sis ${box.label}`);
    return await talk(box, flags, transcript);
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    say(`amphi sis: ${error.message}`);
    return 2;
  } finally {
    transcript.close();
  }
}

/** `amphi sis`. Exit code 0; 1: a command was refused; 2: no connection, login or reply. */
export function sisCommand(): Command {
  return new Command('sis')
    .description('talk to a box, ours or a real SMP')
    .argument('[box]', 'address or known name; else the one that was used last')
    .option('--telnet', 'Telnet (23) in place of SSH')
    .option('--ssh', 'SSH (22023), which is the default')
    .option('--port <number>')
    .option('--user <name>', 'over SSH; admin, or as it is known')
    .option('--password-file <file>', 'or AMPHI_SIS_PASSWORD; else it is asked for')
    .option('--exec <commands>', 'several with |')
    .option('--json', 'with --exec: command, reply, meaning, values, error')
    .option('--transcript <file>', 'what was said, without passwords')
    .option('--keep-alive <seconds>', 'silence until Q is sent', '240')
    .action(async (host: string | undefined, flags: Flags) => {
      process.exitCode = await run(host, flags);
    });
}

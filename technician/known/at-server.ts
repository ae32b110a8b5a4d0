import { Option, type Command } from 'commander';
import { DialError } from '#technician/dial/dial-error.ts';
import { GivenUp, type Server } from '#technician/dial/server.ts';
import { chooseServer, type ServerFlags } from './choose-server.ts';

/** Adds the options for server and login to a command. */
export const atServer = (command: Command): Command =>
  command
    .addOption(
      new Option('--server <server>', 'address or known name; else the one that was used last').env('AMPHI_SERVER'),
    )
    .addOption(new Option('--user <name>', 'an account that may schedule; admin, or who logged in').env('AMPHI_USER'))
    .option('--password-file <file>', 'or AMPHI_PASSWORD; else it is asked for')
    .option('--token-file <file>', 'an API token in place of a password; or AMPHI_TOKEN');

/** Exit code after Ctrl-C, as shells report it. */
const INTERRUPTED = 130;

/**
 * Makes what runs the commands of a program and sets the exit code: 0 done; 1 refused because of mistakes or conflicts; 2
 * the server could not be asked. `program` stands before messages.
 */
export const askingServer =
  (program: string) =>
  async (flags: ServerFlags, act: (server: Server) => Promise<number | void>): Promise<void> => {
    const say = (words: string): void => console.error(words);
    try {
      process.exitCode = (await act(chooseServer(flags, say))) ?? 0;
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      say(`${program}: ${error.message}`);
      process.exitCode = error instanceof GivenUp ? INTERRUPTED : 2;
    }
  };

import type { ServerChannel } from 'ssh2';

/** Writes to an SSH channel no faster than the client reads. */
export interface ChannelOut {
  /** Writes bytes; resolves when there is room for more, with false if the channel is closed. */
  write(bytes: Buffer | string): Promise<boolean>;
  /** Sends the exit status (0: success) and closes the channel. */
  close(status: number): void;
}

/** Makes the writer of a channel. `room` waits for the socket below the channel, which ssh2 does not do. */
export function openChannelOut(channel: ServerChannel, room: () => Promise<void>): ChannelOut {
  let isClosed = false;
  let wake: (() => void) | undefined;
  const stir = (): void => {
    wake?.();
    wake = undefined;
  };
  channel.on('drain', stir);
  channel.once('close', () => {
    isClosed = true;
    stir();
  });
  return {
    async write(bytes) {
      if (isClosed || !channel.writable) return false;
      if (!channel.write(bytes)) await new Promise<void>((resolve) => (wake = resolve));
      await room();
      return !isClosed;
    },
    close(status) {
      // The status is sent always: without one, scp and sftp assume a failure.
      channel.exit(status);
      channel.end();
    },
  };
}

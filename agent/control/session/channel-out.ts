import type { ServerChannel } from 'ssh2';

/** Writes to an SSH channel no faster than the client reads. */
export interface ChannelOut {
  /** Resolves when there is room for more; false when the channel is closed. */
  write(bytes: Buffer | string): Promise<boolean>;
  /** Says how it went (a status other than 0 is a failure), and closes. */
  close(status: number): void;
}

/** `room` is that of the socket below, which ssh2 does not wait for. */
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
      // scp and sftp take a missing status for a failure.
      channel.exit(status);
      channel.end();
    },
  };
}

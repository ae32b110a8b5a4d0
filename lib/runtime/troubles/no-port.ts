/** The names of the settings for a port and its addresses, as the person who sets them knows them. */
export interface PortKeys {
  port: string;
  listen: string;
}

interface PortError {
  code: string;
  port?: number;
  address?: string;
}

/** Depth of causes of an error that are looked at; deeper ones are ignored. */
const DEEPEST = 4;

function portErrorIn(error: unknown, depth = 0): PortError | undefined {
  if (!(error instanceof Error) || depth > DEEPEST) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const isOfPort = code !== undefined && (syscall === 'listen' || syscall === 'bind');
  return isOfPort ? (error as Error & PortError) : portErrorIn(error.cause, depth + 1);
}

/**
 * The reason why a port cannot be had, and what to do about it, in words for an installer; undefined for an error that
 * is not about a port. `asked` is the port that was wanted, for systems that do not report it.
 */
export function noPortWords(error: unknown, keys: PortKeys, asked?: number): string | undefined {
  const found = portErrorIn(error);
  if (!found) return undefined;
  const port = String(found.port ?? asked ?? '');
  const { address = '' } = found;
  switch (found.code) {
    case 'EACCES':
    case 'EPERM':
      return `port ${port} is for root and for programs that may open ports below 1024 (CAP_NET_BIND_SERVICE): give it that right, or set ${keys.port} to one above 1023`;
    case 'EADDRINUSE':
      return `port ${port} of ${address} is taken by another program: end that one, or set ${keys.port} to a free one`;
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${address}: set ${keys.listen} to one that it has`;
    default:
      return `port ${port} cannot be opened (${found.code}): set ${keys.port} to another`;
  }
}

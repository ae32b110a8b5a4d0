import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { plainAddress } from '@amphi/lib/runtime/addresses.ts';
import { BadRequest } from '../catalogue/bad-request.ts';

/**
 * Servers that media may be fetched from: registered agents, at the ports of their pages, and hosts that the installer
 * allowed.
 */
export interface FetchHosts {
  /** Registered agents: address of their requests, and URL of their own page. */
  agents: () => readonly { address: string; url: string }[];
  /** Allowed hosts: `media.example.org`, `10.0.0.7` (with all ports), or with a port, `media.example.org:8080`. */
  allowed: readonly string[];
}

/** Ports of an agent that are allowed besides the one of its page. */
const WEB_PORTS = ['80', '443'];

/** Address to which the request for a URL is sent. Throws BadRequest if nothing may be fetched from there. */
export async function addressOf(url: URL, hosts: FetchHosts): Promise<string> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const found = (isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address)).map(
    plainAddress,
  );
  const [first] = found;
  if (first !== undefined && isAllowed(host, portOf(url), hosts.allowed)) return first;
  const agents = hosts.agents().map(({ address, url: page }) => ({ address: plainAddress(address), page }));
  const good = found.find(
    (address) =>
      !isOwnMachine(address) && agents.some((agent) => agent.address === address && hasPort(agent.page, url)),
  );
  if (good !== undefined) return good;
  throw new BadRequest(
    `${host}:${portOf(url)} is no registered agent: media are fetched from agents, at the port of their page, and from hosts that --fetch-from allows`,
  );
}

const isAllowed = (host: string, port: string, allowed: readonly string[]): boolean =>
  allowed.some((one) => [host, `${host}:${port}`, `[${host}]:${port}`].includes(one.trim().toLowerCase()));

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

const hasPort = (page: string, url: URL): boolean =>
  WEB_PORTS.includes(portOf(url)) || (URL.canParse(page) && portOf(new URL(page)) === portOf(url));

/** Whether an address means this machine: its other services give out no media, unless they are allowed by name. */
const isOwnMachine = (address: string): boolean =>
  /^(127\.|0\.|169\.254\.|::1$|::$|fe80:)/i.test(address) || address === '';

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Locale } from '../api/locale.ts';

/** What is known of a request before anything is done with it. */
export interface Client {
  readonly traceId: string;
  /** The same as `traceId`, unless the caller calls it by a name of his own (S-OP-08). */
  readonly requestId: string;
  readonly ip: string;
  readonly secure: boolean;
  /** The connection itself came from this machine and no proxy forwarded it. */
  readonly local: boolean;
}

export type ReadClient = (req: IncomingMessage) => Client;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TRACEPARENT =
  /^[0-9a-f]{2}-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})-[0-9a-f]{16}-/;
const REQUEST_ID = /^[\w.-]{8,64}$/;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Reads who calls. Forwarded headers count only from the given proxies (addresses or CIDR ranges).
 * @throws Error naming an entry that is neither
 */
export function clientReader(trustedProxies: readonly string[]): ReadClient {
  const trusted = blockListOf(trustedProxies);
  return (req) => {
    const peer = plainAddress(req.socket.remoteAddress ?? '');
    const forwarded = header(req, 'x-forwarded-for');
    const viaProxy = trusted !== null && inList(trusted, peer);
    const encrypted = 'encrypted' in req.socket && req.socket.encrypted === true;
    const traceId = traceIdOf(req);
    return {
      traceId,
      requestId: requestIdOf(req) ?? traceId,
      ip: viaProxy && forwarded !== undefined ? originOf(forwarded, trusted, peer) : peer,
      secure: encrypted || (viaProxy && header(req, 'x-forwarded-proto') === 'https'),
      local:
        inList(LOOPBACK, peer) && forwarded === undefined && header(req, 'forwarded') === undefined,
    };
  };
}

/** Language of the answer: `X-Locale`, then the user's own, then `Accept-Language`, then Uzbek. */
export function localeOf(req: IncomingMessage, userLocale: Locale | undefined): Locale {
  const asked = header(req, 'x-locale');
  if (isLocale(asked)) return asked;
  if (userLocale !== undefined) return userLocale;
  const accepted = (header(req, 'accept-language') ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase());
  return accepted.find(isLocale) ?? 'uz';
}

const isLocale = (text: string | undefined): text is Locale =>
  text === 'uz' || text === 'ru' || text === 'en';

function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function traceIdOf(req: IncomingMessage): string {
  const own = header(req, 'x-trace-id');
  if (own !== undefined && UUID.test(own)) return own.toLowerCase();
  const parts = TRACEPARENT.exec(header(req, 'traceparent') ?? '')?.slice(1);
  if (parts && !/^[0-]+$/.test(parts.join('-'))) return parts.join('-');
  const named = requestIdOf(req);
  return named !== undefined && UUID.test(named) ? named.toLowerCase() : randomUUID();
}

function requestIdOf(req: IncomingMessage): string | undefined {
  const given = header(req, 'x-request-id');
  return given !== undefined && REQUEST_ID.test(given) ? given : undefined;
}

/** The last forwarded address that isn't one of our proxies. */
function originOf(forwarded: string, trusted: BlockList, peer: string): string {
  const chain = forwarded.split(',').map((part) => plainAddress(part.trim()));
  for (const address of chain.reverse()) {
    if (isIP(address) === 0) return peer;
    if (!inList(trusted, address)) return address;
  }
  return peer;
}

const plainAddress = (address: string) =>
  address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;

function inList(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function blockListOf(entries: readonly string[]): BlockList | null {
  if (entries.length === 0) return null;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (isIP(address) === 0) throw new Error(`"${entry}" is not an address or a CIDR range`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

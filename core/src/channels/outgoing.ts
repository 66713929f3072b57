import { type LookupAddress, lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { ChannelFault, type HttpAnswer, type PostJson } from '../api/channels.ts';

const MOST_BYTES = 64 * 1024;

/** This machine, its link and what is nobody's; a plant's own network is where webhooks belong. */
const CLOSED = new BlockList();
const CLOSED_IPV4 = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const;
/** How IPv4 hides in IPv6: as it was once written (RFC 4291), through a translator (RFC 6052, 2765), a tunnel (3056). */
const CARRIERS = [
  { prefix: '::', bits: 96 },
  { prefix: '::ffff:0:', bits: 96 },
  { prefix: '64:ff9b::', bits: 96 },
  { prefix: '2002:', bits: 16, suffix: '::' },
] as const;
const inHex = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};
for (const [net, bits] of CLOSED_IPV4) {
  CLOSED.addSubnet(net, bits, 'ipv4');
  for (const { prefix, bits: before, ...rest } of CARRIERS)
    CLOSED.addSubnet(
      `${prefix}${inHex(net)}${'suffix' in rest ? rest.suffix : ''}`,
      before + bits,
      'ipv6',
    );
}
for (const [net, bits] of [
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  CLOSED.addSubnet(net, bits, 'ipv6');

/** Is an address closed to what an administrator's setting names? IPv4 inside IPv6 counts as itself. */
export function closedAddress(address: string): boolean {
  const inner = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = inner ?? address;
  return CLOSED.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4') || isOwn(plain);
}

/** This machine by another of its names: services that trust it listen there too. */
function isOwn(address: string): boolean {
  const own = new BlockList();
  for (const one of Object.values(networkInterfaces()).flat())
    if (one !== undefined) own.addAddress(one.address, one.family === 'IPv6' ? 'ipv6' : 'ipv4');
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

const refused = (host: string) =>
  new ChannelFault(
    'address_closed',
    `${host} is an address of this machine or its link; CHANNELS_LOCAL opens it`,
    false,
  );

/** The check stands at the look-up that the connection itself uses: a name can't change in between. */
const openLookup: LookupFunction = (host, options, callback) =>
  lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 4);
    if (found.some(({ address }) => closedAddress(address)))
      return callback(refused(host) as NodeJS.ErrnoException, '', 4);
    const [first] = found;
    if (options.all === true) return callback(null, found);
    return callback(null, first?.address ?? '', first?.family ?? 4);
  });

/**
 * Posts JSON to an address that an administrator gave. No redirects are followed, the answer is cut, and
 * unless `local` no address of this machine is reached.
 */
export const postJson =
  (local: boolean, signal: AbortSignal): PostJson =>
  (address, body, headers) => {
    const url = urlOf(address);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!local && isIP(host) !== 0 && closedAddress(host)) return Promise.reject(refused(host));
    return new Promise<HttpAnswer>((done, fail) => {
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(
        url,
        {
          method: 'POST',
          signal,
          agent: false,
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Qoida',
            ...headers,
          },
          ...(local ? {} : { lookup: openLookup }),
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
            if (text.length > MOST_BYTES) response.destroy();
          });
          response.on('close', () =>
            done({
              status: response.statusCode ?? 0,
              text: text.slice(0, MOST_BYTES),
              retryAfterMs: waitOf(response.headers['retry-after']),
            }),
          );
          response.on('error', (error) => fail(unreachable(url, error, signal)));
        },
      );
      request.on('error', (error) =>
        fail(error instanceof ChannelFault ? error : unreachable(url, error, signal)),
      );
      request.end(body);
    });
  };

function urlOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '')
    throw new ChannelFault(
      'address_wrong',
      'The address must be http(s) and hold no password',
      false,
    );
  return url;
}

/** What OpenSSL says of a certificate it does not trust, of one that is over, and of one for another name. */
export const OF_TLS =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ETLS$|EPROTO$)/;

function unreachable(url: URL, error: NodeJS.ErrnoException, signal: AbortSignal): ChannelFault {
  if (signal.aborted)
    return new ChannelFault('timeout', `${url.host} did not answer in time`, true);
  const { code = '' } = error;
  if (OF_TLS.test(code))
    return new ChannelFault('tls_failed', `${url.host} is not trusted: ${code}`, true);
  return new ChannelFault('unreachable', `${url.host} was not reached: ${error.message}`, true);
}

/** `Retry-After` as seconds or as a date (RFC 9110). */
function waitOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

/** What an answer means. @throws ChannelFault for all but 2xx; 408, 429 and 5xx may do better later */
export function needGood(answer: HttpAnswer, what: string): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const again = status === 408 || status === 429 || status >= 500;
  throw new ChannelFault(
    `http_${status}`,
    `${what} answered ${status}`,
    again,
    answer.retryAfterMs,
  );
}

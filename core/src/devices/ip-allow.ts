import { BlockList, isIP } from 'node:net';

/**
 * The addresses a device may call from: single ones or ranges (`10.0.0.0/24`). None listed: any.
 * @throws Error naming an entry that is neither
 */
export function allowListOf(entries: readonly string[] | null): BlockList | null {
  if (entries === null || entries.length === 0) return null;
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const width = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? width : Number(bits);
    if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > width || bits === '') {
      throw new Error(`"${entry}" is neither an IP address nor a range like 10.0.0.0/24`);
    }
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

export function isAllowed(list: BlockList | null, ip: string): boolean {
  if (list === null) return true;
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

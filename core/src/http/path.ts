import { Refusal } from '../api/errors.ts';

/**
 * The path of a request target, refused where proxies and handlers could read it differently:
 * dot segments, backslashes, doubled slashes, NUL, broken escapes.
 * @throws Refusal bad_request bad_path
 */
export function safePath(target: string): string {
  const path = target.split('?')[0] ?? '';
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw badPath();
  }
  const confusing =
    !path.startsWith('/') ||
    path.includes('//') ||
    /[\\\0]/.test(decoded) ||
    decoded.split('/').some((part) => part === '.' || part === '..');
  if (confusing) throw badPath();
  return path;
}

/** @throws Refusal bad_request bad_query */
export function queryOf(target: string): Record<string, string> {
  const at = target.indexOf('?');
  if (at < 0) return {};
  const entries = [...new URLSearchParams(target.slice(at + 1))];
  if (entries.some((entry) => entry.join('').includes('\0'))) {
    throw new Refusal('bad_request', 'bad_query', 'The query holds a NUL character');
  }
  return Object.fromEntries(entries);
}

/** Whether a path lies under a prefix ('/red' holds '/red' and '/red/x', not '/redirect'). */
export const isUnder = (path: string, prefix: string) =>
  path === prefix || path.startsWith(`${prefix}/`);

const badPath = () =>
  new Refusal('bad_request', 'bad_path', 'The path of the request is malformed');

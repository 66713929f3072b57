import { Refusal } from '../api/errors.ts';
import { isStorableText } from '../api/storable.ts';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_DEPTH = 64;
/** Escapes of NUL and of surrogates; UTF-8 has neither halves of pairs nor, in JSON, a bare NUL. */
const MAY_NOT_BE_KEPT = /\\u(?:0000|d[89a-f])/i;

/**
 * Parses JSON from a stranger: UTF-8, no repeated keys, no keys that reach prototypes, no NUL
 * characters and no halves of surrogate pairs (PostgreSQL has no place for either), no more than 64 levels.
 * @throws Refusal bad_request malformed_json, duplicate_key, forbidden_key, forbidden_character, too_deep
 */
export function parseStrictJson(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw refuse('malformed_json', 'The body is not valid JSON in UTF-8');
  }
  inspectJson(text);
  return value;
}

/**
 * Looks through text that is known to be valid JSON: only strings, brackets and colons matter.
 * @throws Refusal bad_request duplicate_key, forbidden_key, forbidden_character, too_deep
 */
export function inspectJson(text: string): void {
  const keysOf: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    const found = token[0];
    if (found === '{' || found === '[') {
      keysOf.push(found === '{' ? new Set() : null);
      if (keysOf.length > MAX_DEPTH)
        throw refuse('too_deep', `The body nests deeper than ${MAX_DEPTH} levels`);
    } else if (found === '}' || found === ']') {
      keysOf.pop();
    } else {
      inspectString(found, keysOf.at(-1) ?? null, isKey(text, tokens.lastIndex));
    }
  }
}

function inspectString(literal: string, keys: Set<string> | null, key: boolean): void {
  if (!key && !MAY_NOT_BE_KEPT.test(literal)) return;
  const value = JSON.parse(literal) as string;
  if (!isStorableText(value))
    throw refuse('forbidden_character', 'The body holds NUL or half of a surrogate pair');
  if (!key || keys === null) return;
  if (FORBIDDEN.has(value))
    throw refuse('forbidden_key', `The body holds the forbidden key "${value}"`);
  if (keys.has(value))
    throw refuse('duplicate_key', `The body holds the key "${value.slice(0, 60)}" twice`);
  keys.add(value);
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return text[at] === ':';
}

const refuse = (reason: string, message: string) => new Refusal('bad_request', reason, message);

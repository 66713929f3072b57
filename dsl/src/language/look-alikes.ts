/**
 * Letters of other scripts that look like Latin ones: the part of Unicode's table of confusables
 * (UTS #39, `confusables.txt`) with the Cyrillic and Greek letters of the keyboards in use.
 */
const CYRILLIC = 'аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXҮYҚKҲX';
const GREEK = 'αaοoνvρpιiυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX';

const LATIN_OF = new Map<string, string>();
for (const pairs of [CYRILLIC, GREEK])
  for (let i = 0; i < pairs.length; i += 2)
    LATIN_OF.set(pairs[i] as string, pairs[i + 1] as string);
/** Latin letters that one of another script looks like. */
const TAKEN_FOR = new Set(LATIN_OF.values());

type Script = 'Latin' | 'Cyrillic' | 'Greek';

function scriptOf(letter: string): Script | undefined {
  const code = letter.charCodeAt(0);
  if (code < 0x250) return /\p{L}/u.test(letter) ? 'Latin' : undefined;
  if (code >= 0x370 && code < 0x400) return 'Greek';
  return code >= 0x400 && code < 0x530 ? 'Cyrillic' : undefined;
}

/** A letter among those of another script that it could be taken for. */
export interface Stranger {
  readonly letter: string;
  readonly script: Script;
  /** The script of the letters around it. */
  readonly among: Script;
  /** Which character of the name it is, from 1. */
  readonly place: number;
}

const PARTS = /[\p{L}\p{M}]+/gu;
const FOREIGN = /[\u0370-\u052f]/;

/**
 * A letter that looks like one of the script that the letters around it are of. Parts of a name
 * with `_`, digits or spaces between them may each be in a script of their own: `вес_kg`.
 */
export function strangerIn(name: string): Stranger | undefined {
  if (!FOREIGN.test(name)) return undefined;
  for (const { 0: part, index } of name.matchAll(PARTS)) {
    const counts = new Map<Script, number>();
    const scripts = [...part].map(scriptOf);
    for (const script of scripts)
      if (script !== undefined) counts.set(script, (counts.get(script) ?? 0) + 1);
    if (counts.size < 2) continue;
    const [[among] = ['Latin' as const]] = [...counts].sort(([, a], [, b]) => b - a);
    let place = index;
    for (const [i, letter] of [...part].entries()) {
      const script = scripts[i];
      place += letter.length;
      const alike = script === 'Latin' ? TAKEN_FOR.has(letter) : LATIN_OF.has(letter);
      if (script !== undefined && script !== among && alike)
        return { letter, script, among, place };
    }
  }
  return undefined;
}

/** Has a name letters that could be taken for Latin ones, or next to them? */
export const isForeign = (name: string): boolean => FOREIGN.test(name);

/** What a name looks like: two names that look the same have one look. */
export function lookOf(name: string): string {
  return FOREIGN.test(name)
    ? [...name].map((letter) => LATIN_OF.get(letter) ?? letter).join('')
    : name;
}

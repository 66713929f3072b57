import { isPatternFault, type Pattern, parsePattern, type Range } from './pattern.ts';

/**
 * Matching: the pattern becomes an automaton, whose sets of states become states of a second one
 * as texts ask for them. Each character of a text is one step, whatever the pattern.
 */
interface Step {
  /** A class: the ranges it takes. */
  readonly ranges?: readonly Range[];
  /** Where it goes on: after the class, or at once. */
  next: number[];
}

class Automaton {
  readonly steps: Step[] = [];
  readonly start: number;
  readonly end: number;

  constructor(pattern: Pattern) {
    this.end = this.add({ next: [] });
    this.start = this.build(pattern, this.end);
  }

  private add(step: Step): number {
    this.steps.push(step);
    return this.steps.length - 1;
  }

  /** The state from which the pattern leads to `to`. */
  private build(pattern: Pattern, to: number): number {
    switch (pattern.kind) {
      case 'class':
        return this.add({ ranges: pattern.ranges, next: [to] });
      case 'sequence':
        return pattern.parts.reduceRight((next, part) => this.build(part, next), to);
      case 'alternatives':
        return this.add({ next: pattern.parts.map((part) => this.build(part, to)) });
      case 'repeat':
        return this.repeat(pattern, to);
    }
  }

  private repeat({ of, least, most }: Extract<Pattern, { kind: 'repeat' }>, to: number): number {
    let from = to;
    if (most === undefined) {
      const loop: Step = { next: [to] };
      from = this.add(loop);
      loop.next.push(this.build(of, from));
    } else {
      for (let i = least; i < most; i++) from = this.add({ next: [to, this.build(of, from)] });
    }
    for (let i = 0; i < least; i++) from = this.build(of, from);
    return from;
  }

  /** The states reached without a character, those that wait for one and the end alone. */
  closure(states: Iterable<number>): number[] {
    const seen = new Set<number>();
    const open = [...states];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (seen.has(state)) continue;
      seen.add(state);
      const step = this.steps[state];
      if (step?.ranges === undefined) open.push(...(step?.next ?? []));
    }
    const waits = (state: number): boolean =>
      state === this.end || this.steps[state]?.ranges !== undefined;
    return [...seen].filter(waits).sort((a, b) => a - b);
  }
}

/** Some states of the automaton at once. */
interface States {
  readonly members: readonly number[];
  readonly accepts: boolean;
  /** By the character's class; filled as texts ask. */
  readonly next: (States | undefined)[];
}

export type Matcher = (text: string) => boolean;

/** Sets remembered for one pattern; beyond that it begins anew. */
const MOST_SETS = 500;

function createMatcher(pattern: Pattern): Matcher {
  const automaton = new Automaton(pattern);
  // Characters between two bounds are alike to every class of the pattern.
  const bounds = [
    ...new Set([
      0,
      ...automaton.steps.flatMap((s) => (s.ranges ?? []).flatMap(([a, b]) => [a, b + 1])),
    ]),
  ].sort((a, b) => a - b);
  const classOf = (point: number): number => {
    let [low, high] = [0, bounds.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((bounds[middle] as number) <= point) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const small = Uint16Array.from({ length: 128 }, (_, point) => classOf(point));
  const known = new Map<string, States>();

  function setOf(states: Iterable<number>): States {
    const members = automaton.closure(states);
    const key = members.join(',');
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = { members, accepts: members.includes(automaton.end), next: [] };
    if (known.size >= MOST_SETS) {
      known.clear();
      start.next.length = 0;
    }
    known.set(key, made);
    return made;
  }

  function follow(from: States, by: number): States {
    const point = bounds[by] as number;
    const takes = (step: Step): boolean =>
      (step.ranges ?? []).some(([a, b]) => a <= point && point <= b);
    const made = setOf(
      from.members.flatMap((state) => {
        const step = automaton.steps[state] as Step;
        return takes(step) ? step.next : [];
      }),
    );
    from.next[by] = made;
    return made;
  }

  const members = automaton.closure([automaton.start]);
  const start: States = { members, accepts: members.includes(automaton.end), next: [] };
  return (text) => {
    let states = start;
    for (let i = 0; i < text.length && states.members.length > 0; i++) {
      const point = text.codePointAt(i) as number;
      if (point > 0xffff) i++;
      const by = point < 128 ? (small[point] as number) : classOf(point);
      states = states.next[by] ?? follow(states, by);
    }
    return states.accepts;
  };
}

const matchers = new Map<string, Matcher>();
const MOST_MATCHERS = 500;

/**
 * Does the whole text fit the pattern?
 * @param pattern one that `parsePattern` can read; of any other nothing is known: NaN, a fault
 */
export function matches(text: string, pattern: string): boolean | number {
  let matcher = matchers.get(pattern);
  if (matcher === undefined) {
    const read = parsePattern(pattern);
    if (isPatternFault(read)) return NaN;
    if (matchers.size >= MOST_MATCHERS) matchers.clear();
    matcher = createMatcher(read);
    matchers.set(pattern, matcher);
  }
  return matcher(text);
}

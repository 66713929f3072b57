import { choicesFor } from '../deep/search.ts';
import { needList, needRecord } from '../source/api.ts';
import type { Environment } from '../values/environment.ts';
import {
  type Change,
  type Move,
  movesOf,
  movesTowards,
  type Refused,
  type Release,
  type Tries,
} from './changes.ts';
import { elementName, type Fact, factsOf, pathOf, withoutElement } from './facts.ts';
import { wordsOf } from './words.ts';

/** One way for what was refused to pass; tried, not guessed. Plain JSON. */
export interface Remedy {
  /** The changes that it takes together; none where something else does. */
  readonly change: readonly Change[];
  /** Who may let it pass as it is. */
  readonly release?: Release;
  /** Of what acts on events: so many more of them, within a time. */
  readonly events?: {
    readonly event: string;
    readonly count: number;
    readonly withinMs: number;
  };
  /** Of what acts by itself: how long things have to stay as they are. */
  readonly wait?: { readonly ms: number };
  /** In the reader's language: "2.4 kg less scrap (35 kg instead of 37.4 kg)". */
  readonly text: string;
}
export type { Change, Refused };

export interface RemedyOptions {
  /** How many changes are told at most, 5 where nothing else is said. */
  readonly limit?: number;
  /**
   * How often the rule is evaluated at most, 600 where nothing else is said; less often where it
   * goes through long lists.
   */
  readonly evaluations?: number;
}

const LIMIT = 5;
const EVALUATIONS = 600;
/** As many elements of lists make an evaluation dear: so many count as one more. */
const ELEMENTS = 50;
/** How often two changes are fitted to one another. */
const ROUNDS = 4;

/**
 * What would let something refused pass, the smallest change first: one fact, where no single one
 * helps two, then who may release it. Each change is the least of its kind: a step of the fact's
 * resolution less does not pass. That nothing is found does not prove that there is no way.
 *
 * Facts are changed unless the catalog says `changeable: false` or, where it says nothing, they are
 * settings, the actor, `id`, `created_at` or the clock. Amounts that aren't negative stay so; dates
 * and moments are moved to the present or later, never within the past.
 */
export function remediesFor(refused: Refused, options: RemedyOptions = {}): readonly Remedy[] {
  const remedies = changesFor(refused, options).map(({ remedy }) => remedy);
  const words = wordsOf(refused.language);
  const { release } = refused;
  if (release === undefined) return remedies;
  const roles = words.change.release(release.roles.map(refused.role).join(', '));
  const text = release.whenClear ? `${roles}, ${words.change.whenClear}` : roles;
  return [...remedies, { change: [], release, text }];
}

/** Changes of facts that were tried, and what things were like with them. */
export interface Tried {
  readonly remedy: Remedy;
  readonly environment: Environment;
}

/** The changes of facts that `remediesFor` tells. */
export function changesFor(
  refused: Refused,
  { limit = LIMIT, evaluations = EVALUATIONS }: RemedyOptions = {},
): readonly Tried[] {
  const tries = triesOf(refused, evaluations);
  const singles = ranked([...singlesOf(tries), ...withoutRefused(refused)]);
  const found = singles.length > 0 ? singles.map((move) => [move]) : pairsOf(tries, limit);
  const words = wordsOf(refused.language);
  return found.slice(0, limit).map((moves): Tried => {
    const change = moves.map((move) => move.change);
    const remedy = { change, text: change.map(({ text }) => text).join(words.and) };
    const environment = moves.reduce((at, move) => move.apply(at), refused.environment);
    return { remedy, environment };
  });
}

/** Remedies in one sentence: "2.4 kg less scrap, or a release by texnolog". */
export function remediesText(remedies: readonly Remedy[], language: string): string {
  needList(remedies, 'remedies');
  for (const [i, remedy] of remedies.entries()) needRecord(remedy, `remedies[${i}]`);
  return remedies.map(({ text }) => text).join(wordsOf(language).or);
}

function triesOf(refused: Refused, evaluations: number): Tries {
  const { asked, units, environment, element } = refused;
  const facts = factsOf(asked, units, environment, refused, element);
  const walked = element === undefined ? [] : [environment.inputs[element.fact]];
  const lists = [...facts.map(({ data }) => data), ...walked].filter(Array.isArray);
  const elements = lists.reduce((total, list) => total + list.length, 0);
  return {
    refused,
    facts,
    constants: new Map(choicesFor(asked, units).map((c) => [c.place.path, c.values])),
    left: evaluations / (1 + elements / ELEMENTS),
  };
}

const singlesOf = (tries: Tries): readonly Move[] =>
  tries.facts.flatMap((fact) => movesOf(fact, tries.refused.environment, tries));

/** Two changes that help only together; each as small as it can be beside the other. */
function pairsOf(tries: Tries, limit: number): readonly (readonly Move[])[] {
  const { environment } = tries.refused;
  const found: (readonly Move[])[] = [];
  for (const [i, first] of tries.facts.entries()) {
    for (const second of tries.facts.slice(i + 1)) {
      if (tries.left <= 0) return found;
      for (const towards of movesTowards(first, environment, tries)) {
        const [opened] = movesOf(second, towards.apply(environment), tries);
        if (opened === undefined) continue;
        const pair = least(first, second, opened);
        if (pair !== undefined) found.push(pair);
        break;
      }
      if (found.length === limit) return found;
    }
  }
  return found;

  /** Makes each as small as the other lets it be, until neither can be smaller. */
  function least(first: Fact, second: Fact, opened: Move): readonly Move[] | undefined {
    let other = opened;
    for (let round = 0; round < ROUNDS; round++) {
      const [one] = movesOf(first, other.apply(environment), tries);
      const [again] = one === undefined ? [] : movesOf(second, one.apply(environment), tries);
      if (one === undefined || again === undefined) return undefined;
      if (JSON.stringify(again.change.to) === JSON.stringify(other.change.to)) return [one, other];
      other = again;
    }
    return undefined;
  }
}

/** The refused element left out of its list, where it isn't the only one. */
function withoutRefused(refused: Refused): readonly Move[] {
  const { element, environment, language } = refused;
  if (element === undefined) return [];
  const { fact, index } = element;
  const list = environment.inputs[fact];
  if (!Array.isArray(list) || list.length < 2) return [];
  const apply = (from: Environment): Environment => ({
    ...from,
    inputs: withoutElement(from.inputs, [fact], index),
    parts: undefined,
  });
  if (!refused.passes(apply(environment), true)) return [];
  const text = wordsOf(language).change.drop(elementName(fact, index, language));
  const change = { path: pathOf([fact, index]), from: null, to: null, text };
  return [{ change, apply, kind: 3, size: 1, dimension: 'list' }];
}

/** Amounts first, the smallest of a dimension before the others; else in the order of the rule. */
function ranked(moves: readonly Move[]): readonly Move[] {
  const largest = new Map<string, number>();
  for (const { dimension, size } of moves)
    largest.set(dimension, Math.max(size, largest.get(dimension) ?? 0));
  const share = ({ dimension, size }: Move): number => size / (largest.get(dimension) ?? 1);
  return moves.toSorted((a, b) => a.kind - b.kind || share(a) - share(b));
}

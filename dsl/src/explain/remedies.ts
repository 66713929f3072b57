import { choicesFor } from '../deep/search.ts';
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
import { elementName, factsOf, pathOf, withoutElement } from './facts.ts';
import { wordsOf } from './words.ts';

/** One way for what was refused to pass; tried, not guessed. Plain JSON. */
export interface Remedy {
  /** The changes that it takes together; none where somebody releases it. */
  readonly change: readonly Change[];
  /** Who may let it pass as it is. */
  readonly release?: Release;
  /** In the reader's language: "2.4 kg less scrap (35 kg instead of 37.4 kg)". */
  readonly text: string;
}
export type { Change, Refused };

export interface RemedyOptions {
  /** How many changes are told at most, 5 where nothing else is said. */
  readonly limit?: number;
  /** How often the rule is evaluated at most, 600 where nothing else is said. */
  readonly evaluations?: number;
}

const LIMIT = 5;
const EVALUATIONS = 600;

/**
 * What would let something refused pass, the smallest change first: one fact, where no single one
 * helps two, then who may release it. Each change is the least of its kind: a step of the fact's
 * resolution less does not pass. That nothing is found does not prove that there is no way.
 *
 * Facts are changed unless the catalog says `changeable: false` or, where it says nothing, they are
 * settings, the actor, `id`, `created_at` or the clock. Amounts that aren't negative stay so; dates
 * and moments are moved to the present or later, never within the past.
 */
export function remediesFor(
  refused: Refused,
  { limit = LIMIT, evaluations = EVALUATIONS }: RemedyOptions = {},
): readonly Remedy[] {
  const tries = triesOf(refused, evaluations);
  const singles = ranked([...singlesOf(tries), ...withoutRefused(refused)]);
  const found = singles.length > 0 ? singles.map((move) => [move]) : pairsOf(tries, limit);
  const words = wordsOf(refused.language);
  const remedies = found.slice(0, limit).map((moves): Remedy => {
    const change = moves.map((move) => move.change);
    return { change, text: change.map(({ text }) => text).join(words.and) };
  });
  const { release } = refused;
  if (release === undefined) return remedies;
  const roles = words.change.release(release.roles.join(', '));
  const text = release.whenClear ? `${roles}, ${words.change.whenClear}` : roles;
  return [...remedies, { change: [], release, text }];
}

/** Remedies in one sentence: "2.4 kg less scrap, or a release by texnolog". */
export const remediesText = (remedies: readonly Remedy[], language: string): string =>
  remedies.map(({ text }) => text).join(wordsOf(language).or);

function triesOf(refused: Refused, evaluations: number): Tries {
  const { unit, units, environment, element } = refused;
  const asked = { unit, params: element === undefined ? [] : [element.name] };
  return {
    refused,
    facts: factsOf(asked, units, environment, refused, element),
    constants: new Map(choicesFor([asked], units).map((c) => [c.place.path, c.values])),
    left: evaluations,
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
      for (const towards of movesTowards(first, environment, tries)) {
        const [opened] = movesOf(second, towards.apply(environment), tries);
        if (opened === undefined) continue;
        const [one] = movesOf(first, opened.apply(environment), tries);
        const [other] = one === undefined ? [] : movesOf(second, one.apply(environment), tries);
        if (one !== undefined && other !== undefined) found.push([one, other]);
        break;
      }
      if (found.length === limit) return found;
    }
  }
  return found;
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

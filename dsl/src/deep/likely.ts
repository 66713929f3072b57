import { fromBase } from '../types/units.ts';
import { formatDate, formatTime } from '../values/calendar.ts';
import type { Choice, Chosen } from './search.ts';
import { FALSE, type State, TRUE } from './state.ts';
import type { Term } from './terms.ts';

/** Values that fit what is known of the facts on a way that nothing stands against. */
export function likelyIn(state: State | undefined, choices: readonly Choice[]): Chosen {
  const found = new Map<string, unknown>();
  if (state === undefined) return found;
  const terms = new Map<string, Term>();
  for (const term of state.terms.values()) if (term.path !== undefined) terms.set(term.path, term);
  for (const { place } of choices) {
    const term = terms.get(place.path);
    const value = term && fitting(term, place.type, state);
    if (value !== undefined) found.set(place.path, value);
  }
  return found;
}

function fitting(term: Term, type: Choice['place']['type'], state: State): unknown {
  if (state.of(term).missing === true) return null;
  switch (type.kind) {
    case 'bool': {
      const mask = state.masks.get(term.id);
      return mask === TRUE ? true : mask === FALSE ? false : undefined;
    }
    case 'text':
    case 'enum': {
      const [first] = state.choices(term) ?? [];
      return first;
    }
    case 'quantity': {
      const base = numberIn(term, state, type.resolution ?? type.unit.mul / type.unit.div);
      return base === undefined ? undefined : fromBase(base, type.unit);
    }
    case 'date': {
      const day = numberIn(term, state, 1);
      return day === undefined ? undefined : formatDate(day);
    }
    case 'time': {
      const ms = numberIn(term, state, 60_000);
      return ms === undefined || ms < 0 || ms >= 86_400_000 ? undefined : formatTime(ms);
    }
    case 'instant': {
      const ms = numberIn(term, state, 1);
      return ms === undefined ? undefined : new Date(ms);
    }
    default:
      return undefined;
  }
}

/** A whole number of steps within what is known; undefined where nothing is. */
function numberIn(term: Term, state: State, step: number): number | undefined {
  const { low, high } = state.range(term);
  const [from, to] = [Math.ceil(low / step - 1e-6), Math.floor(high / step + 1e-6)];
  if (low === -Infinity && high === Infinity) return undefined;
  if (low === -Infinity) return Math.min(to - 1, 0) * step;
  if (high === Infinity) return Math.max(from + 1, 0) * step;
  return Math.round((from + to) / 2) * step;
}

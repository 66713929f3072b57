import type { CodeName } from '../source/codes.ts';
import { type Diagnostic, diagnose, type Params, type Related } from '../source/diagnostic.ts';
import type { Span } from '../source/text.ts';
import { present } from '../types/type.ts';
import { BAD, borderOf, enter } from '../values/border.ts';
import { DEFAULT_ZONE } from '../values/calendar.ts';
import { Fault } from '../values/fault.ts';
import { formatValue } from '../values/format.ts';
import type { Choice, Place, World } from './search.ts';

/** How many values a witness shows; all of them are in its data. */
const SHOWN = 6;

/** Work that stops after each piece; at the end there is what it found. */
export type Findings = Generator<undefined, readonly Diagnostic[]>;

export interface Shown {
  readonly witness?: Readonly<Record<string, unknown>>;
  readonly related?: readonly Related[];
}

/** A diagnostic with what shows it. */
export function finding(
  name: CodeName,
  file: string,
  span: Span,
  params: Params,
  { witness, related }: Shown = {},
): Diagnostic {
  return {
    ...diagnose(name, file, span, params),
    ...(witness === undefined ? {} : { witness }),
    ...(related === undefined || related.length === 0 ? {} : { related }),
  };
}

/** The facts of a world by path, as plain data. */
export const witnessOf = (world: World): Record<string, unknown> =>
  Object.fromEntries(world.chosen);

/** The facts of a world in words: `session.input_kg = 0 kg, sku.kg_per_m = —`. */
export function witnessText(choices: readonly Choice[], world: World): string {
  const all = choices.flatMap(({ place }) => placeText(place, world) ?? []);
  if (all.length === 0) return 'any facts';
  return all.length <= SHOWN ? all.join(', ') : `${all.slice(0, SHOWN).join(', ')}, …`;
}

function placeText(place: Place, { chosen }: World): string | undefined {
  if (!chosen.has(place.path)) return undefined;
  const value = chosen.get(place.path);
  if (place.type.kind === 'record' && value !== null) return undefined;
  if (belowNothing(place, chosen)) return undefined;
  const ofRecords = place.type.kind === 'list' && present(place.type.of).kind === 'record';
  if (ofRecords && typeof value === 'number') return `count(${place.path}) = ${value}`;
  const wrong = (): Fault => new Fault('data', { start: 0, end: 0 }, '', [place.path]);
  const entered = enter(value, borderOf(place.type), DEFAULT_ZONE, wrong);
  if (entered === BAD) return undefined;
  const shown = entered === null ? 'missing' : formatValue(entered, place.type, 'en', DEFAULT_ZONE);
  const quotes = place.type.kind === 'text' && entered !== null ? '"' : '';
  return `${place.path} = ${quotes}${shown}${quotes}`;
}

/** An element of a list that is empty, a field of a record that is missing. */
function belowNothing({ path }: Place, chosen: World['chosen']): boolean {
  for (const [other, value] of chosen) {
    if (value !== 0 && value !== null) continue;
    if (path.startsWith(`${other}[]`) || (value === null && path.startsWith(`${other}.`)))
      return true;
  }
  return false;
}

import type { CheckedGate } from '../check/blocks/gates.ts';
import { gateUnit } from '../deep/conditions.ts';
import type { DeepModel } from '../deep/model.ts';
import { type Choice, choicesFor, search, valueIn, type World } from '../deep/search.ts';
import { KEYWORDS, SECOND_WORDS } from '../language/keywords.ts';
import { unitsCalled } from '../program/units-called.ts';
import { NO_NATIVES } from '../values/environment.ts';
import { type CodeAction, isSound, lineEnd, type Spot, say, written } from './code-action.ts';
import { literalOf, sampleOf } from './samples.ts';
import { covers } from './workspace.ts';

/**
 * A test in which the gate at the cursor refuses: with facts that were tried, else with one value of
 * each kind, for the author to change.
 */
export function testFor(spot: Spot): CodeAction[] {
  const { workspace, file, span } = spot;
  const gate = workspace.program.gates.find(
    ({ block, reporter }) => reporter.file === file && covers(block.name.span, span.start),
  );
  const [at] = gate?.points ?? [];
  if (gate === undefined || at === undefined) return [];
  const { language } = spot.parsed.file;
  const words = KEYWORDS[language];
  const { name } = gate.block.name;
  const found = factsOf(spot, gate);
  const lines = [
    `${words.test} "${name.replaceAll('"', '')}"`,
    ...found,
    `${words.when} ${written(at.point, language)}`,
    `${words.expect} ${words.blocked} ${SECOND_WORDS[language].by} ${written(name, language)}`,
  ];
  const edits = [{ span: lineEnd(spot, gate.block.span), text: `\n\n${lines.join('\n  ')}` }];
  if (!isSound(spot, edits)) return [];
  const title = say(
    spot,
    `Add a test of \`${name}\``,
    `Добавить проверку \`${name}\``,
    `\`${name}\` uchun sinov qo‘shish`,
  );
  return [{ title, kind: 'refactor.rewrite', edits }];
}

/** The lines of a test that say how things stand. */
function factsOf({ workspace, parsed }: Spot, gate: CheckedGate): string[] {
  const [at] = gate.points;
  if (at === undefined) return [];
  const { program } = workspace;
  const model: DeepModel = {
    checked: program,
    units: unitsCalled(program),
    natives: NO_NATIVES,
    source: () => '',
  };
  const list = at.each === undefined ? undefined : `${at.each.fact}[]`;
  const asked = { unit: gateUnit(gate, at), params: list === undefined ? [] : [list] };
  const choices = choicesFor([asked], model.units);
  const world = search(choices, (tried) => valueIn(asked, tried, model) === true);
  const { language } = parsed.file;
  const { given, at: when } = KEYWORDS[language];
  const lines = choices.flatMap(({ place }) => {
    const path = place.path.replace(list ?? ' ', at.each?.name ?? '');
    const value = world?.chosen.get(place.path);
    if (path === 'now')
      return value instanceof Date ? [`${when} ${value.toISOString().slice(0, 16)}Z`] : [];
    const shown = isThere(place.path, choices, world) && !path.includes('[]');
    const text =
      world === undefined ? sampleOf(place.type, language) : literalOf(value, place.type, language);
    return shown && text !== undefined ? [`${given} ${written(path, language)} = ${text}`] : [];
  });
  // The clock is set before anything is given.
  return lines.toSorted((a, b) => Number(b.startsWith(when)) - Number(a.startsWith(when)));
}

/** Not below what is missing. */
const isThere = (path: string, choices: readonly Choice[], world: World | undefined): boolean =>
  !choices.some(
    ({ place }) => path.startsWith(`${place.path}.`) && world?.chosen.get(place.path) === null,
  );

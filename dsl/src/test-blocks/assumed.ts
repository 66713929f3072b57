import type { CheckedGiven, CheckedTest } from '../check/blocks/tests.ts';
import type { Program } from '../program/program.ts';

/** Facts that the gates and approvals of the played points read and the test does not give. */
export function assumedOf(test: CheckedTest, program: Program): readonly string[] {
  const points = new Set(test.steps.flatMap((step) => (step.kind === 'when' ? step.point : [])));
  const givens = test.steps.filter((step): step is CheckedGiven => step.kind === 'given');
  const given = givens.map(({ target }) => pathOf(target));
  // A record literal gives only the fields it names.
  const inPart = new Set<string>();
  const literal = new Set<string>();
  for (const { clause, target } of givens) {
    if (clause.value.kind !== 'record') continue;
    const base = pathOf(target);
    inPart.add(base);
    for (const { name } of clause.value.fields) literal.add(`${base}.${name}`);
  }
  const covers = (path: string): boolean =>
    literal.has(path) ||
    given.some((base) => (path === base || path.startsWith(`${base}.`)) && !inPart.has(base));
  const reads = new Set(
    [...program.gates, ...program.approvals].flatMap((rule) =>
      rule.points.flatMap(({ point }) => (points.has(point) ? rule.reads(point) : [])),
    ),
  );
  return [...reads].filter((path) => !covers(path)).sort();
}

const pathOf = ({ listFact, root, fields }: CheckedGiven['target']): string =>
  [listFact ?? root, ...fields].join('.');

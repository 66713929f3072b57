import fc from 'fast-check';
import { parseFile } from '../../src/language/parse.ts';

/** Names, some of them words that begin clauses. */
const name = fc.constantFrom('a', 'session', 'input_kg', '`a  b`', 'list', 'when_', 'qty', '`on`');
const gap = fc.constantFrom(' ', '  ', '\n    ', '\r\n\t', ' # c\n    ', '\n  ## own\n   ');

const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => {
  const both = (make: (a: string, b: string, gap: string) => string) =>
    fc.tuple(tie('operand'), tie('operand'), gap).map(([a, b, g]) => make(a, b, g));
  return {
    operand: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      name,
      fc.constantFrom('5', '5kg', '1_000.5  g', '3%', '2 kg/h', '"t # x"', '2025-08-28', '08:00'),
      fc.constantFrom('2025-08-28T10:00Z', 'true', 'message', 'now', 'today', '[]', '{}', 'f()'),
      fc.tuple(tie('operand'), name).map(([a, b]) => (/^[\w`]+$/.test(a) ? `${a} . ${b}` : a)),
      fc
        .tuple(name, tie('expression'), gap, tie('expression'))
        .map(([f, a, g, b]) => `${f}(${g}${a},${g}${b})`),
      fc.tuple(tie('expression'), gap, tie('expression')).map(([a, g, b]) => `[${a}${g},${b}]`),
      fc.tuple(name, tie('expression'), gap).map(([k, v, g]) => `{${g}${k} : ${v}, when:1${g}}`),
      fc.tuple(tie('expression'), gap).map(([a, g]) => `(${g}${a}${g})`),
      fc
        .tuple(name, tie('expression'), gap, tie('operand'))
        .map(([f, a, g, b]) => `${f}(${a}${g}for v${g}in (${b})${g}where v.ok)`),
    ),
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      tie('operand'),
      ...['+', '-', '*', '/', '??', 'of', 'and', 'or', '<=', '=', 'in', 'not in'].map((op) =>
        both((a, b, g) => `${a}${g}${op}${g}${b}`),
      ),
      both((a, b, g) => `${a}${g}between ${a} and${g}${b}`),
      both((a, b, g) => `if ${a} is not${g}missing then${g}${b} else ${a}`),
      tie('operand').map((a) => `not ${a} is present`),
      tie('operand').map((a) => `- ${a}`),
    ),
  };
});

const type: fc.Arbitrary<string> = fc.constantFrom(
  'kg',
  'kg/m ?',
  '%',
  'list  of { w :kg,ok: bool }?',
  'oneof( `a , b`, c)',
  'session',
);

const formula = fc
  .tuple(name, fc.array(fc.tuple(name, type), { maxLength: 4 }), gap, fc.option(type), expression)
  .map(([n, params, g, result, body]) => {
    const list = params.map(([p, t]) => `${p} :${g}${t}`).join(` ,${g}`);
    return `formula ${n}(${g}${list}${g})${result === null ? '' : ` : ${result}`}${g}=${g}${body}`;
  });

const gateClause = fc.oneof(
  fc.tuple(name, gap).map(([n, g]) => `on ${n}.x${g}each ${n},${g}y . z`),
  fc.tuple(gap, expression).map(([g, e]) => `block${g}when${g}${e}`),
  fc.tuple(gap, expression).map(([g, e]) => `pause session${g}after when ${e}`),
  fc.tuple(gap, expression).map(([g, e]) => `answer code${g}{ when: ${e} ,${g}b:1}`),
  fc.constantFrom('message "{a} {{b}} # x"', 'remedy uz-cyrl  "x"', 'release   never'),
  fc.tuple(gap, expression).map(([g, e]) => `release by a ,${g}b${g}when clear${g}until ${e}`),
);
const testClause = fc.oneof(
  fc.tuple(name, expression).map(([n, e]) => `given ${n} . x = ${e}`),
  fc.constantFrom('at 2025-08-28', 'when session.close', 'expect allowed', 'expect blocked by a,b'),
  expression.map((e) => `expect ${e}`),
);
const block = (head: string, clause: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(fc.constantFrom('', '# own', '## doc'), clause, gap), { maxLength: 5 })
    .map((clauses) =>
      clauses.reduce((text, [own, c, tail]) => {
        const behind = tail.includes('#') && !tail.includes('\n  #') ? ' # behind' : '';
        return `${text}\n ${own === '' ? '' : `${own}\n  `}${c}${behind}`;
      }, head),
    );

const between = fc.constantFrom('\n', '\n\n', '\n# own\n', '\n  # in\n## doc\n', '\n\n# far\n\n');

/** Programs of every kind of block and clause, badly laid out; most of them can be read. */
export const programs: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      between,
      fc.oneof(formula, block('gate g', gateClause), block('test "t"', testClause)),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((blocks) => `module a . b${blocks.map((parts) => parts.join('')).join('')}`);

/** A text with other white space and more comments between its words. */
export function otherLayouts(text: string): fc.Arbitrary<string> {
  const { tokens } = parseFile('f', text);
  const change = fc.tuple(fc.nat(tokens.length - 1), gap);
  return fc.array(change, { maxLength: 12 }).map((changes) => {
    let result = text;
    const later = [...changes].sort(([a], [b]) => b - a);
    for (const [index, made] of later) {
      const token = tokens[index];
      if (token === undefined || token.atMargin) continue;
      const start = token.startOffset;
      const kept = result.slice(0, start).trimEnd();
      // Behind a comment the line must end.
      const clause = token.firstOnLine && !made.includes('\n') ? '\n   ' : made;
      const inComment = kept.slice(kept.lastIndexOf('\n') + 1).includes('#');
      result = `${kept}${inComment ? `\n${clause}` : clause}${result.slice(start)}`;
    }
    return result;
  });
}

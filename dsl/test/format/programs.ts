import fc from 'fast-check';
import { parseFile } from '../../src/language/parse.ts';

/** Names, some of them words that begin clauses, and keywords of other languages. */
const name = fc.constantFrom(
  ...['a', 'session', 'input_kg', '`a  b`', 'list', 'when_', 'qty', '`on`', 'value', '`if`'],
  ...[
    'va',
    'natija',
    'kirim',
    'bor',
    'bloklandi',
    'kelmasa',
    'или',
    'в',
    'итог',
    'ёзув',
    "o'lchov",
  ],
);
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
  fc.tuple(name, gap, expression).map(([n, g, e]) => `event ${n}.x${g}{ a:${e} }`),
  fc.constantFrom('after 5s', 'expect waits  for a', 'expect raised a ,b', 'expect did nothing'),
  fc.tuple(name, gap).map(([n, g]) => `expect did ${n} . x${g}{ device:"h" } 2 times`),
  expression.map((e) => `expect ${e}`),
);
const duration = fc.constantFrom('10 s', '5min', '24  h');
const action = fc.oneof(
  fc.tuple(name, expression, gap).map(([n, e, g]) => `${n} . send(${g}${n}: ${e} ,b:1)`),
  fc.constantFrom('relay.off( )', 'a(x:1)'),
);
const actions = fc
  .tuple(
    fc.array(action, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(',', ' then ', '\n   then '),
  )
  .map(([all, by]) => `do ${all.join(by)}`);
const condition = fc
  .tuple(fc.constantFrom('when', 'if', 'where'), expression)
  .map(([word, e]) => `${word} ${e}`);
const role = fc.constantFrom('texnolog', 'direktor', 'bor', '2 of (a ,b, kirim)');
const stage = fc.oneof(
  role,
  fc.tuple(role, role).map(([a, b]) => `${a} and ${b}`),
  fc.tuple(role, role, role).map(([a, b, c]) => `(${a} or ${b}) and ${c}`),
  fc.tuple(role, expression).map(([a, e]) => `${a} when ${e}`),
);
const approvalClause = fc.oneof(
  fc.array(stage, { minLength: 1, maxLength: 3 }).map((all) => `steps ${all.join(' then ')}`),
  fc.tuple(duration, gap).map(([d, g]) => `expires${g}after ${d}`),
  fc.constantFrom('of package', 'own by a ,b', 'on x.y', 'message "{if a then b else 1 kg}"'),
  fc.tuple(fc.constantFrom('approved', 'rejected'), actions).map(([w, a]) => `${w} ${a}`),
  expression.map((e) => `when ${e}`),
);
const kpiClause = fc.oneof(
  fc.constantFrom('over day_report . at', 'message ru "{a}"'),
  fc
    .tuple(name, fc.option(type), gap, expression)
    .map(([n, t, g, e]) => `let ${n}${t === null ? '' : ` : ${t}`}${g}=${e}`),
  fc.tuple(name, type, expression).map(([n, t, e]) => `result ${n}:${t} = ${e}`),
  condition,
);
const balanceClause = fc.oneof(
  fc
    .tuple(fc.constantFrom('in', 'out', 'rest'), name, gap, expression)
    .map(([side, n, g, e]) => `${side} ${n}${g}=${e}`),
  expression.map((e) => `tolerance ${e}`),
  fc.constant('remedy "{a or b}"'),
);
const event = fc
  .tuple(name, fc.option(name))
  .map(([n, alias]) => (alias === null ? `${n} . input` : `${n}.input as ${alias}`));
const filter = fc
  .tuple(fc.option(expression), fc.option(expression), fc.option(expression))
  .map(([w, p, c]) =>
    [w && `where ${w}`, p && `per ${p}`, c && `if ${c}`].filter((x) => x).join(' '),
  );
const trigger = fc.oneof(
  fc.tuple(event, filter).map(([e, f]) => `when ${e} ${f}`),
  fc.tuple(event, duration, gap, filter).map(([e, d, g, f]) => `when no ${e}${g}for ${d} ${f}`),
  fc
    .tuple(event, duration, gap, filter)
    .map(([e, d, g, f]) => `when${g}3 times ${e} in last ${d} ${f}`),
  fc
    .tuple(event, event, duration, filter)
    .map(([a, b, d, f]) => `when ${a} then ${b} within ${d} ${f}`),
  fc.tuple(expression, gap).map(([e, g]) => `when ${e}${g}becomes true`),
  fc
    .tuple(expression, duration, expression)
    .map(([e, d, c]) => `when ${e} stays true for ${d} if ${c}`),
);
const acting = fc.oneof(
  expression.map((e) => `if ${e}`),
  actions,
  actions.map((a) => `on  failure ${a}`),
);
const automationClause = fc.oneof(
  trigger,
  acting,
  duration.map((d) => `cooldown ${d}`),
  expression.map((e) => `once per ${e}`),
  fc.constant('allow   repeat 3'),
);
const scheduleClause = fc.oneof(
  acting,
  fc.constantFrom(
    ...['every 10s', 'every day at 08:00', 'every monday,friday , workday at 08:00,  20:00'],
    ...['every month on 1,15, last at 06:30', 'cron "0 6 * * *"', 'zone "Asia/Tashkent"'],
    ...['holidays skip', 'holidays only', 'missed  skip', 'missed run   once'],
  ),
);
const alertClause = fc.oneof(
  trigger,
  fc.constantFrom('severity P1', 'group by e.device', 'repeat every  1 h', 'message "{not a}"'),
  fc.constantFrom('notify a ,b', 'notify a via telegram,email', 'notify a via sms after 30min'),
  fc
    .tuple(fc.constantFrom('value', 'threshold', 'clear when', 'group by', 'if'), expression)
    .map(([word, e]) => `${word} ${e}`),
);
const entityClause = fc.oneof(
  fc.constantFrom('title "T"', 'title  ru "Т"', 'label a "A"', 'label title uz-cyrl "А"'),
  fc
    .tuple(name, type, fc.constantFrom('', 'unique', 'unique step 1 g', 'default 0 kg'))
    .map(([n, t, more]) => `field ${n} :${t} ${more}`),
  fc
    .tuple(name, gap, expression)
    .map(([n, g, e]) => `move go from ${n} ,b${g}to ${n} by texnolog when ${e}`),
  fc.constantFrom('states new ,old', 'key a ,b', 'read by a,b', 'write  by a', 'states bor, va'),
);
const screenClause = fc.oneof(
  fc.constantFrom('record package', 'operation session . close', 'title "S"', 'fields a ,b'),
  fc.constantFrom('show a ,title  large', 'show weight', 'filter a ,status', 'button p.new "New"'),
  fc
    .tuple(name, expression)
    .map(([n, e]) => `list ${n} . items where ${e} columns ${n} ,b sort by ${n} down`),
  fc.tuple(name, expression).map(([n, e]) => `button ${n} . go when ${e}`),
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
      fc.oneof(
        formula,
        block('gate g', gateClause),
        block('approval  a', approvalClause),
        block('kpi k per shift_report ,operator in shift_report . operators', kpiClause),
        block('balance b of  session', balanceClause),
        block('automation a', automationClause),
        block('schedule s', scheduleClause),
        block('alert a', alertClause),
        block('entity e', entityClause),
        block('screen s for  operator ,texnolog', screenClause),
        block('test "t"', testClause),
      ),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .chain((blocks) => fc.tuple(fc.constantFrom('', 'language  en\n'), fc.constant(blocks)))
  .map(
    ([header, blocks]) => `${header}module a . b${blocks.map((parts) => parts.join('')).join('')}`,
  );

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

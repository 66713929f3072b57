import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileProgram, format, LANGUAGE_TAGS } from '../../src/index.ts';
import { parseFile } from '../../src/language/parse.ts';
import { otherLayouts } from '../format/programs.ts';
import { PLANT } from '../support/catalog.ts';

const RULES = `module plant.rules

## Held, and for how long.
formula too_long(held: duration): bool = held > 5 s and (held <= 1 h or slack(held) > 0)
formula slack(held: duration): number = (held - 2 s) / 1 s
formula unused(held: duration): bool = held > 3 s
formula any_of(words: list of text): number = count(words)

# Switches off.
automation held_off
  when relay.input as e where e.kind = hold per e.device if too_long(e.duration)
  do relay.set_all(device: e.device, state: \`off\`), message.send(text: "off") then door.open(door: "d1")
  on failure do message.send(text: "failed", to: "guard")
  cooldown 30 s
  once per e.device
  allow repeat 2

automation silent
  when no scale.reading as r for 2 min where r.weight > 1_000 g and not (r.stable = false) per r.device
  if any_of(["a", "b"]) in (1, 2) and count(for s in open_sessions where s.input_kg between 1 kg and 2 kg) >= 0
  do message.send(text: if count(open_sessions) > 1 then "many" else "few")

automation thrice
  when 3 times door.denied as d in last 10 min where d.door != "x" per d.door
  do door.open(door: "d2")

automation pair
  when door.opened as a then door.closed as b within 1 min where a.person is present
  do message.send(text: "in and out")

automation full
  when count(open_sessions) > 3 and settings.vt_gate_hard becomes true
  do message.send(text: "full")

schedule morning
  every monday, friday at 08:00, 20:00
  if count(open_sessions) > 0
  do message.send(text: "good morning")
  zone "Asia/Tashkent"
  holidays skip
  missed run once

schedule ends
  every month on 1, last at 06:30
  do message.send(text: "month")

alert hot
  severity P2
  when any(r.temperature > 30 degC for r in rooms) stays true for 5 min
  clear when all(r.temperature < 25 degC for r in rooms)
  value max(r.temperature for r in rooms) ?? 0 degC
  threshold 30 degC
  message "hot: {count(rooms)} rooms"
  message ru "жарко"
  notify texnolog via telegram
  notify direktor after 30 min
  group by "all"
  repeat every 1 h
`;

/** What each rule means, by its name; nothing where the text has a fault. */
function meaningsOf(text: string): ReadonlyMap<string, string> | undefined {
  const program = compileProgram([{ name: 'rules.qoida', text }], PLANT);
  if (program.diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  const { automations, schedules, alerts } = program;
  return new Map([...automations, ...schedules, ...alerts].map((r) => [r.name, r.meaning]));
}

/** The rules that mean something else by a change of the text. */
function changedBy(from: string | RegExp, to: string): string[] {
  const text = RULES.replace(from, to);
  assert.notEqual(text, RULES);
  const now = meaningsOf(text);
  assert.ok(now, `${to} has a fault`);
  return [...MEANT].filter(([name, meaning]) => now.get(name) !== meaning).map(([name]) => name);
}

const MEANT = meaningsOf(RULES) ?? new Map<string, string>();

describe('what a rule means', () => {
  it('is told of each rule, and differs between rules', () => {
    assert.equal(MEANT.size, 8);
    assert.equal(new Set(MEANT.values()).size, 8);
  });

  it('is the same in any layout, with any comments', () => {
    const same = (text: string): void => assert.deepEqual(meaningsOf(text), MEANT);
    same(RULES.replace(/^ *##? .*\n/gm, ''));
    same(RULES.replaceAll('\n', '\r\n'));
    let readable = 0;
    const sameIfReadable = (text: string): void => {
      const now = meaningsOf(text);
      if (now === undefined) return;
      readable++;
      assert.deepEqual(now, MEANT);
    };
    fc.assert(fc.property(otherLayouts(RULES), sameIfReadable), { numRuns: 60 });
    assert.ok(readable > 10, `${readable} of 60 layouts could be read`);
  });

  for (const language of LANGUAGE_TAGS)
    it(`is the same in the words of ${language}`, () => {
      assert.deepEqual(meaningsOf(format(RULES, { language })), MEANT);
    });

  it('is the same in other brackets, units of numbers and order of clauses', () => {
    assert.deepEqual(changedBy('cooldown 30 s', 'cooldown 0.5 min'), []);
    assert.deepEqual(changedBy('held > 5 s', '(held) > (5_000 ms)'), []);
    assert.deepEqual(changedBy('in (1, 2)', 'in [1, 2]'), []);
    assert.deepEqual(changedBy(' if too_long(', '\n  if too_long('), []);
    assert.deepEqual(changedBy(/( {2}zone .*\n)( {2}holidays skip\n)/, '$2$1'), []);
  });

  it('is another when a part of the rule is', () => {
    for (const [from, to, ...rules] of [
      ['5 s', '6 s', 'held_off'],
      ['held - 2 s', 'held + 2 s', 'held_off'],
      ['(held <= 1 h or slack(held) > 0)', '(held <= 1 h and slack(held) > 0)', 'held_off'],
      ['held > 3 s', 'held > 4 s'],
      ['count(words)', 'count(words) + 0', 'silent'],
      [', message.send(text: "off") then', ' then message.send(text: "off") then', 'held_off'],
      ['not (r.stable = false)', '(r.stable = false)', 'silent'],
      ['between 1 kg', 'not between 1 kg', 'silent'],
      ['3 times', '4 times', 'thrice'],
      ['is present', 'is missing', 'pair'],
      ['last at', '2 at', 'ends'],
      ['20:00', '21:00', 'morning'],
      ['missed run once', 'missed skip', 'morning'],
      ['"жарко"', '"очень жарко"', 'hot'],
      ['notify texnolog via telegram', 'notify texnolog', 'hot'],
      ['automation pair', 'automation couple', 'pair'],
    ] as const)
      assert.deepEqual(changedBy(from, to), rules, to);
  });

  it('is another of that rule alone for every constant, operator and name that is written otherwise', () => {
    const { tokens, file } = parseFile('f', RULES);
    let tried = 0;
    for (const { startOffset, image } of tokens) {
      const rule = file.blocks.find(
        ({ kind, span }) =>
          ['automation', 'schedule', 'alert'].includes(kind) &&
          span.start <= startOffset &&
          startOffset < span.end,
      );
      const other = otherwise(image);
      if (rule === undefined || !('name' in rule) || other === undefined) continue;
      const end = startOffset + image.length;
      const now = meaningsOf(RULES.slice(0, startOffset) + other + RULES.slice(end));
      if (now === undefined) continue;
      tried++;
      for (const [name, meaning] of MEANT)
        assert.equal(now.get(name) === meaning, name !== rule.name.name, `${image} → ${other}`);
    }
    assert.ok(tried > 60, `${tried} changes`);
  });

  it('keeps its fingerprint: were it another, an upgrade would forget what rules remember', () => {
    assert.deepEqual(Object.fromEntries(MEANT), {
      ends: '1.ade5ca8c511a2b67a34675335fb994d8',
      full: '1.ac3f03d38dfd64df0a185d4e2bda3a42',
      held_off: '1.5d89210f6b7a8cc6ee075354d8f4fe9d',
      hot: '1.f2a8ac648194bc3124ae60fd579270a8',
      morning: '1.fe2b49b9fc91494987527ce085e87c10',
      pair: '1.b9e2971039ab276afb708dbb7b393dc1',
      silent: '1.536282d753a98e4bdc9e8353dc558fcf',
      thrice: '1.bf81b24be29b8cf004aaa07259b09ec9',
    });
  });
});

const OTHERS: Readonly<Record<string, string>> = {
  '>': '>=',
  '<': '<=',
  '=': '!=',
  '!=': '=',
  '>=': '>',
  and: 'or',
  or: 'and',
  max: 'min',
  any: 'all',
  all: 'any',
  hold: 'press',
  P2: 'P1',
  monday: 'sunday',
  skip: 'only',
  opened: 'closed',
  telegram: 'email',
  texnolog: 'direktor',
  direktor: 'operator',
  true: 'false',
  false: 'true',
};

/** Another constant, operator or name in the place of one. */
function otherwise(image: string): string | undefined {
  if (/^\d+:/.test(image)) return image.replace(/^\d+/, '05');
  if (/^\d/.test(image)) return image.replace(/^\d+/, (digits) => String(Number(digits) + 1));
  if (image.startsWith('"')) return `${image.slice(0, -1)}!"`;
  return Object.hasOwn(OTHERS, image) ? OTHERS[image] : undefined;
}

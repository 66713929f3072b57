import assert from 'node:assert/strict';
import { compileProgram, format, runTests } from '../../src/index.ts';
import { PLANT } from '../support/catalog.ts';

const LARGE = `
approval large
  on session.close
  when session.input_kg > 500 kg
  steps sex_boshligi then 2 of (texnolog, integrator, direktor)
  expires after 24 h
  approved do message.send(text: "closed")
  rejected do message.send(text: "left open")
`;
const SECOND = `
approval seen
  on session.close
  when session.input_kg > 900 kg
  steps direktor
`;
const GATE = `
gate shut
  on session.close
  block when session.good_kg > 1 kg
`;

/** Why the story fails on a session of this weight. */
function reasons(kg: number, story: string, rules = LARGE + SECOND + GATE): readonly string[] {
  const steps = story
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`);
  const head = `test "t"\n  given session.input_kg = ${kg} kg\n  when session.close\n`;
  const text = `${rules}\n${head}${steps.join('\n')}\n`;
  const program = compileProgram([{ name: 'rules.qoida', text }], PLANT);
  assert.deepEqual(program.diagnostics, []);
  return runTests(program).tests.flatMap((test) => test.reasons);
}

describe('people who decide, in a story', () => {
  it('agree one after another; then nothing waits, and what follows is done', () => {
    const story = `
      approved by sex_boshligi
      expect waits for large
      expect did nothing
      approved by direktor, texnolog
      expect did message.send { text: "closed" } 1 times`;
    assert.deepEqual(reasons(600, story), []);
    assert.deepEqual(reasons(600, `${story}\nexpect waits for large`), [
      'expected waits for large, but it waits for nobody',
    ]);
  });

  it('say no, and that has its own', () => {
    assert.deepEqual(
      reasons(
        600,
        `approved by sex_boshligi
         rejected by direktor
         expect did message.send { text: "left open" } 1 times`,
      ),
      [],
    );
  });

  it('who may not decide at that moment fails the story', () => {
    const why = (story: string, kg = 600) => reasons(kg, `${story}\nexpect allowed`);
    assert.deepEqual(why('approved by direktor'), [
      'approved by direktor: sex_boshligi decides before direktor',
    ]);
    assert.deepEqual(why('approved by operator'), [
      'approved by operator: sex_boshligi is asked, not operator',
    ]);
    assert.deepEqual(why('approved by sex_boshligi, direktor, direktor'), [
      'approved by direktor: texnolog, integrator is asked, not direktor',
    ]);
    assert.deepEqual(why('approved by sex_boshligi, direktor, texnolog, integrator'), [
      'approved by integrator: it is approved by now',
    ]);
    assert.deepEqual(why('approved by sex_boshligi', 100), [
      'approved by sex_boshligi: nobody is asked',
    ]);
  });

  it('what comes too late counts nothing', () => {
    assert.deepEqual(
      reasons(600, 'after 23 h\napproved by sex_boshligi\nexpect waits for large'),
      [],
    );
    assert.deepEqual(reasons(600, 'after 24 h\napproved by sex_boshligi\nexpect allowed'), [
      'approved by sex_boshligi: it is expired by now',
    ]);
    assert.deepEqual(reasons(600, 'after 24 h\nexpect waits for large'), [
      'expected waits for large, but it waits for nobody',
    ]);
  });

  it('several approvals of a point are asked for together', () => {
    const story = `
      approved by sex_boshligi, texnolog, integrator
      expect waits for large, seen
      approved by direktor
      expect did message.send { text: "closed" } 1 times`;
    assert.deepEqual(reasons(1000, story), []);
  });

  it('nobody is asked where a gate refuses', () => {
    const [why] = reasons(
      600,
      `given session.good_kg = 2 kg
       when session.close
       approved by sex_boshligi
       expect blocked by shut`,
    );
    assert.match(why ?? '', /^nobody is asked: expected allowed, but refused by shut/);
  });

  it('what follows is planned as things stood when it was asked for', () => {
    const rules = LARGE.replace(
      'approved do message.send(text: "closed")',
      'approved do relay.set_all(device: "lamp", state: if session.input_kg > 500 kg then `on` else `off`)',
    );
    const story = `
      approved by sex_boshligi, texnolog
      given session.input_kg = 1 kg
      approved by direktor
      expect did relay.set_all { device: "lamp", state: \`on\` } 1 times`;
    assert.deepEqual(reasons(600, story, rules), []);
  });

  it('events that follow are heard by other rules', () => {
    const rules = `${LARGE.replace('message.send(text: "closed")', 'door.open(door: "east")')}
automation light
  when door.opened as o where o.door = "east"
  do relay.set_all(device: "lamp", state: \`on\`)
`;
    const story = `
      approved by sex_boshligi, texnolog, direktor
      expect did door.open { door: "east" } 1 times
      expect did relay.set_all { device: "lamp" } 1 times`;
    assert.deepEqual(reasons(600, story, rules), []);
  });

  it('a role that there is not, and a decision that nobody asked for, are errors', () => {
    const codes = (text: string) =>
      compileProgram([{ name: 'f', text }], PLANT).diagnostics.map(({ code }) => code);
    assert.deepEqual(
      codes(
        `${LARGE}\ntest "t"\n  when session.close\n  approved by direktorr\n  expect allowed\n`,
      ),
      ['Q2008'],
    );
    assert.deepEqual(codes('test "t"\n  rejected by direktor\n  expect did nothing\n'), ['Q5003']);
  });

  it('is said in every language, there and back', () => {
    const text = `language en\n${LARGE}\ntest "t"\n  given session.input_kg = 600 kg\n  when session.close\n  approved by sex_boshligi, direktor\n  rejected by texnolog\n  expect did message.send\n`;
    const words = {
      uz: 'tasdiqlandi tomonidan',
      'uz-cyrl': 'тасдиқланди томонидан',
      ru: 'одобрено ролью',
    };
    const english = format(text, { language: 'en' });
    for (const [language, says] of Object.entries(words)) {
      const there = format(text, { language: language as 'ru' });
      assert.ok(there.includes(`  ${says} sex_boshligi, direktor`), there);
      const program = compileProgram([{ name: 'f', text: there }], PLANT);
      assert.deepEqual(program.diagnostics, []);
      assert.ok(runTests(program).tests.every(({ passed }) => passed));
      assert.equal(format(there, { language: 'en' }), english);
    }
  });
});

import assert from 'node:assert/strict';
import { format, LANGUAGE_TAGS } from '../../src/index.ts';
import { createLanguageService } from '../../src/service/index.ts';
import { CATALOG, excludes, FILE, includes, labelsAt, taken } from './support.ts';

interface Case {
  readonly text: string;
  /** All labels, in their order. */
  readonly all?: readonly string[];
  readonly some?: readonly string[];
  readonly none?: readonly string[];
}

const APPROVAL = 'approval a\n  on session.close\n  ';
const AUTOMATION = 'automation a\n  ';
const TRIGGERED = `${AUTOMATION}when relay.input as e\n  `;
const KPI = 'kpi k per shift_report\n  let fact: kg = plan_24h\n  ';
const BALANCE =
  'balance b of session\n  in fed = session.input_kg\n  out good = session.good_kg\n  tolerance 1 kg\n  ';
const ENTITY =
  'entity visitor\n  field badge: text\n  field kind: oneof(guest, driver)\n  states expected, inside\n  move enter from expected to inside\n  ';
const SCREEN = 'screen s for operator\n  record session\n  ';

const ROLES = ['texnolog', 'integrator', 'sex_boshligi', 'direktor', 'operator'];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  approval: [
    { text: `${APPROVAL}steps |`, all: ROLES },
    {
      text: `${APPROVAL}steps texnolog |`,
      some: ['and', 'or', 'then', 'when'],
      none: ['texnolog'],
    },
    { text: `${APPROVAL}steps texnolog then |`, all: ROLES },
    { text: `${APPROVAL}steps 2 |`, some: ['of'] },
    { text: `${APPROVAL}steps 2 of (texnolog, |`, all: ROLES },
    { text: `${APPROVAL}steps texnolog when |`, some: ['session', 'settings'] },
    { text: `${APPROVAL}when session.|`, some: ['input_kg'] },
    { text: `${APPROVAL}expires |`, all: ['after'] },
    { text: `${APPROVAL}expires after 24 |`, some: ['h', 'min'], none: ['kg'] },
    { text: `${APPROVAL}own |`, all: ['by'] },
    { text: `${APPROVAL}own by |`, all: ROLES },
    { text: `${APPROVAL}approved |`, all: ['do'] },
    { text: `${APPROVAL}approved do |`, some: ['message.send', 'relay.set_all'] },
    { text: `${APPROVAL}approved do message.send(text: "x") |`, some: ['then'] },
    { text: `${APPROVAL}rejected do message.send(|`, all: ['text', 'to'] },
    { text: 'approval a\n  of |', some: ['session', 'package'], none: ['kg'] },
    { text: 'approval a\n  of package\n  when |', some: ['package', 'status'] },
    { text: 'approval a\n  of package\n  when status = |', some: ['draft', 'qc_ok'] },
  ],
  kpi: [
    { text: 'kpi k |', all: ['per'] },
    { text: 'kpi k per |', some: ['shift_report', 'session'], none: ['kg'] },
    {
      text: 'kpi k per shift_report, other in |',
      some: ['packages', 'operators'],
      none: ['closed'],
    },
    { text: `${KPI}where |`, some: ['closed', 'shift_report', 'fact'] },
    { text: `${KPI}over shift_report.|`, some: ['date'] },
    { text: `${KPI}let x: |`, some: ['kg', 'text', 'session'] },
    { text: `${KPI}let x = |`, some: ['fact', 'plan_24h', 'sum', 'settings'] },
    { text: `${KPI}result x: kg = sum(p.| for p in packages)`, some: ['weight_kg'] },
  ],
  balance: [
    { text: 'balance b |', all: ['of'] },
    { text: 'balance b of |', some: ['session'] },
    { text: `${BALANCE}in x = |`, some: ['session'], none: ['fed'] },
    { text: `${BALANCE}rest x = session.|`, some: ['wip_kg'] },
    { text: `${BALANCE}tolerance |`, some: ['fed', 'good', 'session'] },
    { text: `${BALANCE}message "{|}"`, some: ['fed', 'delta', 'limit'] },
  ],
  automation: [
    { text: `${AUTOMATION}when |`, some: ['relay.input', 'scale.reading', 'no', 'rooms'] },
    { text: `${AUTOMATION}when no |`, some: ['relay.input'], none: ['rooms', 'no'] },
    { text: `${AUTOMATION}when relay.|`, some: ['relay.input'] },
    { text: `${AUTOMATION}when 3 |`, some: ['times'] },
    { text: `${AUTOMATION}when 3 times |`, some: ['door.denied'], none: ['rooms'] },
    {
      text: `${AUTOMATION}when 3 times door.denied |`,
      some: ['as', 'in', 'where'],
      none: ['within'],
    },
    { text: `${AUTOMATION}when 3 times door.denied in |`, all: ['last'] },
    { text: `${AUTOMATION}when 3 times door.denied in last 5 |`, some: ['min'], none: ['kg'] },
    {
      text: `${AUTOMATION}when no scale.reading |`,
      some: ['for', 'where', 'per'],
      none: ['within'],
    },
    { text: `${AUTOMATION}when no scale.reading for 2 |`, all: ['s', 'min', 'h', 'ms'] },
    { text: `${AUTOMATION}when door.opened as a |`, some: ['then', 'where', 'if'] },
    { text: `${AUTOMATION}when door.opened as a then |`, some: ['door.closed'] },
    { text: `${AUTOMATION}when door.opened as a then door.closed as b |`, some: ['within'] },
    { text: `${AUTOMATION}when relay.input as e where e.|`, some: ['kind', 'duration', 'device'] },
    { text: `${AUTOMATION}when relay.input as e where e.kind = |`, some: ['press', 'hold'] },
    {
      text: `${AUTOMATION}when any(r.temperature > 5 degC for r in rooms) |`,
      some: ['becomes', 'stays'],
    },
    { text: `${AUTOMATION}when settings.vt_gate_hard becomes |`, all: ['true'] },
    { text: `${TRIGGERED}if |`, some: ['e', 'rooms', 'settings'] },
    { text: `${AUTOMATION}when relay.input\n  if |`, some: ['input'] },
    { text: `${TRIGGERED}do |`, some: ['relay.set_all', 'message.send'], none: ['relay.input'] },
    { text: `${TRIGGERED}do relay.set_all(|`, all: ['device', 'state'] },
    { text: `${TRIGGERED}do relay.set_all(device: |`, some: ['e'] },
    { text: `${TRIGGERED}do relay.set_all(device: e.|`, some: ['device'] },
    { text: `${TRIGGERED}do relay.set_all(device: e.device, |`, all: ['state'] },
    { text: `${TRIGGERED}do relay.set_all(device: e.device, state: |`, some: ['on', 'off'] },
    { text: `${TRIGGERED}do door.open(door: "a") then |`, some: ['message.send'] },
    { text: `${TRIGGERED}on |`, all: ['failure'] },
    { text: `${TRIGGERED}on failure |`, all: ['do'] },
    { text: `${TRIGGERED}on failure do |`, some: ['message.send'] },
    { text: `${TRIGGERED}cooldown 5 |`, all: ['s', 'min', 'h', 'ms'] },
    { text: `${TRIGGERED}once |`, all: ['per'] },
    { text: `${TRIGGERED}once per e.|`, some: ['device'] },
    { text: `${TRIGGERED}allow |`, all: ['repeat'] },
  ],
  schedule: [
    { text: 'schedule s\n  every |', some: ['day', 'monday', 'month'] },
    { text: 'schedule s\n  every monday, |', some: ['friday'] },
    { text: 'schedule s\n  every monday |', some: ['at'] },
    { text: 'schedule s\n  every month on |', all: ['last'] },
    { text: 'schedule s\n  every 10 |', some: ['s', 'min'] },
    { text: 'schedule s\n  do |', some: ['message.send'] },
    { text: 'schedule s\n  if |', some: ['rooms', 'settings'] },
    { text: 'schedule s\n  holidays |', all: ['skip', 'only'] },
    { text: 'schedule s\n  missed |', all: ['skip', 'run'] },
    { text: 'schedule s\n  missed run |', all: ['once'] },
  ],
  alert: [
    { text: 'alert a\n  severity |', all: ['P1', 'P2', 'P3'] },
    { text: 'alert a\n  notify |', all: ROLES },
    { text: 'alert a\n  notify integrator |', all: ['via', 'after'] },
    { text: 'alert a\n  notify integrator via |', all: ['telegram', 'email'] },
    { text: 'alert a\n  notify integrator via email |', all: ['after'] },
    { text: 'alert a\n  clear |', all: ['when'] },
    { text: 'alert a\n  when scale.reading as e\n  clear when e.|', some: ['weight'] },
    { text: 'alert a\n  when scale.reading as e\n  value |', some: ['e'] },
    { text: 'alert a\n  when scale.reading as e\n  message "{e.|}"', some: ['weight'] },
    { text: 'alert a\n  group |', all: ['by'] },
    { text: 'alert a\n  repeat |', all: ['every'] },
    { text: 'alert a\n  repeat every 5 |', some: ['min'] },
  ],
  entity: [
    { text: `${ENTITY}field x: |`, some: ['kg', 'text', 'session', 'visitor'] },
    { text: `${ENTITY}field x: text |`, some: ['unique', 'step', 'default'] },
    { text: `${ENTITY}field x: oneof(a, b) default |`, some: ['a', 'b'], none: ['settings'] },
    { text: `${ENTITY}label |`, some: ['badge', 'inside', 'enter'] },
    { text: `${ENTITY}move leave from |`, all: ['expected', 'inside'] },
    { text: `${ENTITY}move leave from inside |`, some: ['to'] },
    { text: `${ENTITY}move leave from inside to |`, all: ['expected', 'inside'] },
    { text: `${ENTITY}move leave from inside to expected by |`, all: ROLES },
    {
      text: `${ENTITY}move leave from inside to expected when visitor.|`,
      some: ['badge', 'state'],
    },
    { text: `${ENTITY}key |`, all: ['badge', 'kind'] },
    { text: `${ENTITY}read |`, all: ['by'] },
    { text: `${ENTITY}write by |`, all: ROLES },
    { text: `${ENTITY}\ngate g\n  on visitor.|`, some: ['visitor.enter', 'visitor.create'] },
    {
      text: `${ENTITY}\ngate g\n  on visitor.enter\n  block when visitor.kind = |`,
      some: ['guest'],
    },
    { text: `${ENTITY}\nautomation a\n  when visitor.|`, some: ['visitor.moved'] },
  ],
  screen: [
    { text: 'screen s |', all: ['for'] },
    { text: 'screen s for |', all: ROLES },
    { text: 'screen s for operator\n  record |', some: ['session'] },
    { text: 'screen s for operator\n  operation |', some: ['session.close', 'relay.set_all'] },
    { text: `${SCREEN}show |`, some: ['input_kg', 'packages'] },
    { text: `${SCREEN}show input_kg |`, all: ['large'] },
    { text: `${SCREEN}fields input_kg, |`, some: ['good_kg'] },
    { text: `${SCREEN}list |`, some: ['packages', 'session', 'open_sessions'], none: ['input_kg'] },
    { text: `${SCREEN}list session.|`, some: ['packages'] },
    { text: `${SCREEN}list packages |`, some: ['where', 'columns', 'sort'] },
    { text: `${SCREEN}list packages where |`, some: ['weight_kg', 'status'] },
    { text: `${SCREEN}list packages where status = |`, some: ['qc_ok'] },
    { text: `${SCREEN}list packages columns |`, some: ['code'], none: ['input_kg'] },
    { text: `${SCREEN}list packages sort |`, all: ['by'] },
    { text: `${SCREEN}list packages sort by |`, some: ['code'] },
    { text: `${SCREEN}list packages sort by code |`, all: ['down'] },
    { text: `${SCREEN}button |`, some: ['session.close'] },
    { text: `${SCREEN}button session.close |`, some: ['when'] },
    { text: `${SCREEN}button session.close when |`, some: ['input_kg', 'session'] },
    { text: `${SCREEN}filter |`, some: ['vt_ratio'] },
  ],
  test: [
    { text: 'test "t"\n  event |', some: ['relay.input'], none: ['message.send'] },
    { text: 'test "t"\n  event relay.input { |', all: ['device', 'kind', 'duration'] },
    { text: 'test "t"\n  event relay.input { kind: |', some: ['press'], none: ['rooms'] },
    { text: 'test "t"\n  after 5 |', all: ['s', 'min', 'h', 'ms'] },
    { text: 'test "t"\n  expect |', some: ['blocked', 'allowed', 'waits', 'raised', 'did'] },
    { text: 'test "t"\n  expect did |', some: ['nothing', 'relay.set_all'] },
    { text: 'test "t"\n  expect did relay.set_all { |', all: ['device', 'state'] },
    { text: `${APPROVAL}steps texnolog\ntest "t"\n  expect waits |`, some: ['for'] },
    { text: `${APPROVAL}steps texnolog\ntest "t"\n  expect waits for |`, all: ['a'] },
    {
      text: `${APPROVAL}steps texnolog\ntest "t"\n  when session.close\n  a|`,
      some: ['approved', 'after'],
    },
    { text: `${APPROVAL}steps texnolog\ntest "t"\n  approved |`, some: ['by'] },
    {
      text: `${APPROVAL}steps texnolog\ntest "t"\n  rejected by |`,
      some: ['texnolog', 'direktor'],
    },
    { text: 'alert ringing\n  severity P1\ntest "t"\n  expect raised |', all: ['ringing'] },
  ],
};

describe('completion in blocks', () => {
  for (const [block, cases] of Object.entries(CASES)) {
    it(`knows the clauses of ${block}`, () => {
      for (const { text, all, some = [], none = [] } of cases) {
        const labels = labelsAt(text);
        if (all !== undefined) assert.deepEqual(labels, all, text);
        for (const wanted of some)
          assert.ok(labels.includes(wanted), `${text}: ${wanted} in ${labels}`);
        for (const unwanted of none)
          assert.ok(!labels.includes(unwanted), `${text}: no ${unwanted}`);
      }
    });
  }

  it('replaces the whole path that is begun, and opens the brackets of an action', () => {
    assert.equal(
      taken(`${AUTOMATION}when relay.in|`, 'relay.input'),
      `${AUTOMATION}when relay.input`,
    );
    assert.equal(taken(`${TRIGGERED}do rel|`, 'relay.set_all'), `${TRIGGERED}do relay.set_all(`);
    assert.equal(
      taken(`${TRIGGERED}do relay.set_all(dev|`, 'device'),
      `${TRIGGERED}do relay.set_all(device: `,
    );
  });

  it('offers the units that fit first', () => {
    const [first] = labelsAt('gate g\n  on session.close\n  block when session.input_kg > 5 |');
    assert.ok(['kg', 'mg', 'g', 't'].includes(first ?? ''), first);
    const inSum = labelsAt('formula f(x: m): m = x + 5 |');
    assert.ok(inSum.indexOf('mm') < inSum.indexOf('kg'));
  });

  it('knows the same in every language', () => {
    const text = `${TRIGGERED}do relay.set_all(device: "a", state: on)\n`;
    for (const language of LANGUAGE_TAGS) {
      const translated = format(text, { language });
      const service = createLanguageService(CATALOG);
      service.setFile(FILE, translated);
      const at = (word: string) => translated.indexOf(word);
      const labels = (offset: number) => service.completion(FILE, offset).map(({ label }) => label);
      includes(labels(at('relay.input')), 'relay.input', 'door.opened');
      includes(labels(at('relay.set_all')), 'relay.set_all');
      includes(labels(at('device:')), 'device');
      excludes(labels(at('relay.set_all')), 'relay.input');
    }
  });
});

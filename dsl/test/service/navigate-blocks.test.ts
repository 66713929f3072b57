import assert from 'node:assert/strict';
import { createLanguageService } from '../../src/index.ts';
import { CATALOG, changed } from './support.ts';

/** Every kind of name that a program declares, in two files. */
const FILES: Readonly<Record<string, string>> = {
  'a.qoida': `entity visitor
  field badge: text
  field bag_kg: kg default 0 kg
  states expected, inside, gone
  move enter from expected to inside when visitor.bag_kg < 30 kg
  move leave from inside to gone
  label badge "Badge"
  label inside "Inside"
  key badge

kpi output per shift_report, pack in packages
  let fact = pack.weight_kg
  let doubled: kg = 2 * fact
  result made: kg = doubled + fact

balance left of session
  in fed = session.input_kg
  out good = session.good_kg
  tolerance 1% of fed

automation hold_lights
  when relay.input as pressed where pressed.kind = hold
  do message.send(text: pressed.device)

alert silent
  severity P1
  when no scale.reading for 2 min
  notify integrator

approval second_pair
  on visitor.enter
  steps integrator
`,
  'b.qoida': `formula heavy(guest: visitor, limit: kg): bool = guest.bag_kg > limit and guest.state = inside

formula count_heavy(guests: list of visitor): number = count(for g in guests where heavy(g, 5 kg))

formula bonus(r: shift_report, p: package): kg = output(r, p).made

formula off(session: session): kg = left(session).delta + left(session).fed

gate no_bags
  on visitor.enter
  block when visitor.bag_kg > 20 kg and visitor.state = expected

automation greet
  when visitor.moved as m where m.state = inside and m.badge != ""
  do message.send(text: m.badge), visitor.update(id: m.id, badge: "in")

screen desk for operator
  record visitor
  fields badge, bag_kg
  list open_sessions where input_kg > 0 kg
  button visitor.enter when bag_kg < 5 kg

test "a guest comes"
  given visitor.bag_kg = 3 kg
  when visitor.enter
  expect waits for second_pair

test "quiet"
  event visitor.moved { badge: "x", state: inside }
  after 2 min
  expect raised silent
`,
};

function service() {
  const made = createLanguageService(CATALOG);
  for (const [name, text] of Object.entries(FILES)) made.setFile(name, text);
  return made;
}

const placeOf = (file: string, marked: string): number => {
  const offset = FILES[file]?.indexOf(marked.replace('|', '')) ?? -1;
  assert.ok(offset >= 0, marked);
  return offset + marked.indexOf('|');
};

/** Where a name is asked about, and how often the program names it. */
const NAMES: readonly [file: string, at: string, name: string, places: number][] = [
  ['a.qoida', 'entity |visitor', 'guest_book', 15],
  ['a.qoida', 'field |badge', 'badge_no', 8],
  ['b.qoida', 'guest.|bag_kg', 'luggage', 7],
  ['b.qoida', 'guest.state = |inside', 'present_now', 7],
  ['b.qoida', 'visitor.|enter', 'come_in', 5],
  ['a.qoida', 'kpi |output', 'yield', 2],
  ['a.qoida', '|pack in', 'parcel', 2],
  ['a.qoida', '2 * |fact', 'weighed', 3],
  ['b.qoida', '.|made', 'total', 2],
  ['a.qoida', 'balance |left', 'remains', 3],
  ['b.qoida', '.|fed', 'input_mass', 3],
  ['a.qoida', '|pressed.kind', 'ev', 3],
  ['a.qoida', 'alert |silent', 'quiet', 2],
  ['b.qoida', 'waits for |second_pair', 'four_eyes', 2],
  ['a.qoida', 'automation |hold_lights', 'lights', 1],
  ['b.qoida', '|guest.state', 'who', 3],
  ['b.qoida', 'for |g in', 'one', 2],
  ['b.qoida', 'gate |no_bags', 'no_luggage', 1],
  ['b.qoida', 'where |heavy', 'weighty', 2],
  ['b.qoida', '|m.badge != ', 'moved_one', 5],
];

describe('names of all blocks', () => {
  it('has a sound program to begin with', () => {
    const made = service();
    for (const file of Object.keys(FILES))
      assert.deepEqual(
        made.diagnostics(file).filter(({ severity }) => severity === 'error'),
        [],
      );
  });

  for (const [file, at, name, count] of NAMES) {
    it(`finds and renames ${at}`, () => {
      const made = service();
      const offset = placeOf(file, at);
      const places = made.references(file, offset);
      const old = /\|(\w+)/.exec(at)?.[1];
      for (const place of places)
        assert.equal(FILES[place.file]?.slice(place.span.start, place.span.end), old);
      assert.equal(places.length, count, JSON.stringify(places));
      assert.deepEqual(made.definition(file, offset), places[0]);
      for (const place of places)
        assert.deepEqual(made.references(place.file, place.span.start), places);
      const renamed = made.rename(file, offset, name);
      assert.ok('edits' in renamed, JSON.stringify(renamed));
      for (const [each, text] of Object.entries(FILES))
        made.setFile(
          each,
          changed(
            text,
            renamed.edits.filter((edit) => edit.file === each),
          ),
        );
      for (const each of Object.keys(FILES))
        assert.deepEqual(
          made.diagnostics(each).filter(({ severity }) => severity === 'error'),
          [],
        );
    });
  }

  it('refuses a name that would hide another one, or be hidden', () => {
    const made = service();
    for (const [file, at, name] of [
      ['a.qoida', '2 * |fact', 'doubled'],
      ['a.qoida', '2 * |fact', 'shift_report'],
      ['b.qoida', '|guest.state', 'limit'],
      ['a.qoida', 'entity |visitor', 'session'],
      ['a.qoida', 'field |badge', 'bag_kg'],
    ] as const) {
      const renamed = made.rename(file, placeOf(file, at), name);
      assert.ok('refused' in renamed, `${at} → ${name}`);
    }
  });

  it('finds nothing for what the catalog declares', () => {
    const made = service();
    for (const at of ['relay.|input', 'notify |integrator', 'message.|send', 'severity |P1'])
      assert.deepEqual(made.references('a.qoida', placeOf('a.qoida', at)), [], at);
  });
});

import assert from 'node:assert/strict';
import { BURN } from './kilns.ts';
import { MODULE, openWorks, type Works, without } from './works.ts';

/** One load of the history: stacked, and fired once. */
interface Play {
  readonly mass: number;
  readonly spoiled: number;
  readonly zone: string | undefined;
}
type Outcome = 'allowed' | 'warned' | 'refused' | 'waits';

/** The same numbers each time: a history that can be played twice. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function historyOf(seed: number, length: number): Play[] {
  const next = numbers(seed);
  return Array.from({ length }, () => {
    const zone = ['a', 'b', undefined][next(3)];
    return { mass: next(1_000), spoiled: next(20), zone };
  });
}

const DRAFTS: Readonly<Record<string, string>> = {
  'other windows, settings, groups and cooldowns': `${BURN.replace(
    'settings.kiln_big_kg',
    'settings.kiln_small_kg',
  )
    .replace('3 times load.fired', '2 times load.fired')
    .replace('l.spoiled_kg > 5 kg', 'l.spoiled_kg > 2 kg')
    .replace('group by l.load_id', 'group by l.zone ?? "none"')}
automation seldom
  when load.fired as l per l.zone ?? "none"
  do load.note(load_id: l.load_id, note: "seldom")
  cooldown 1 h
`,
  'another limit': BURN.replace('> 10 kg', '> 4 kg'),
  'a warning in place of a block, and an approval for less': BURN.replace(
    'block when load.spoiled_kg > 10 kg',
    'warn when load.spoiled_kg > 10 kg',
  )
    .replace('  release never\n', '')
    .replace('> 500 kg', '> 300 kg'),
  'no gate at all': without('spoiled'),
  'a new gate that faults, and approvals of others': BURN.replace(
    'steps sex_boshligi',
    'steps direktor then texnolog when load.mass_kg > 800 kg',
  ).concat(`
gate dense
  on load.fire
  block when load.spoiled_kg > 0 kg and load.mass_kg / load.spoiled_kg < 30
  message "too much"
  release by texnolog
`),
};

describe('what a rehearsal tells is what happens when the same is played by the new rules', () => {
  const history = historyOf(20_260_101, 24);
  let works: Works;
  let then: Outcome[];
  before(async () => {
    works = await openWorks();
    then = await play(works, history);
  });
  after(() => works.plant.stop());

  for (const [title, draft] of Object.entries(DRAFTS))
    it(title, async () => {
      const told = await works.rehearse(draft);
      const rehearsed = await outcomesTold(works, told.id, then);
      const other = await openWorks();
      try {
        const published = await other.admin.post(`/rules/modules/${MODULE}/publish`, {
          text: draft,
          base_version: 1,
          note: 'from the start',
          accepts: ['spoiled', 'heavy'],
        });
        assert.equal(published.status, 200, JSON.stringify(published.body));
        assert.deepEqual(rehearsed, await play(other, history));
        // Where the same loads are fired, the same events go by: every run is told.
        if (then.every((was, at) => isFired(was) === isFired(rehearsed[at] ?? was)))
          assert.deepEqual(await runsTold(works, told.id), await runsOf(other));
      } finally {
        await other.plant.stop();
      }
    });
});

const isFired = (outcome: Outcome): boolean => outcome === 'allowed' || outcome === 'warned';

/** Plays a history. @returns how each firing came out */
async function play(works: Works, history: readonly Play[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { mass, spoiled, zone } of history) {
    const load = await works.stack(mass, spoiled);
    const { status, body } = await works.admin.post(`/loads/${load}/fire`, zone ? { zone } : {});
    if (status === 202) outcomes.push('waits');
    else if (status === 409) outcomes.push('refused');
    else outcomes.push(body.warnings === undefined ? 'allowed' : 'warned');
  }
  await works.settled();
  return outcomes;
}

/** How each firing comes out by the rehearsal: as it happened, where nothing else is told. */
async function outcomesTold(
  works: Works,
  id: string,
  then: readonly Outcome[],
): Promise<Outcome[]> {
  const items = await works.items(id, 'page_size=200');
  const outcomes = [...then];
  for (const { kind, ref, of } of items) {
    if (of !== 'load.fire') continue;
    const [row] = await works.plant.asOwner<{ code: string }>(
      `select facts -> 'load' ->> 'code' as code from decisions where id = $1`,
      [ref],
    );
    const at = Number(row?.code.slice(2)) - 1;
    const now: Readonly<Record<string, Outcome>> = {
      newly_blocked: 'refused',
      newly_allowed: 'allowed',
      newly_waits: 'waits',
      no_longer_waits: 'allowed',
      newly_warned: 'warned',
      no_longer_warned: 'allowed',
    };
    const outcome = now[kind];
    if (outcome === undefined) continue;
    const { decision } = await works.open(id, items.find((one) => one.ref === ref)?.no);
    const warns = decision.now.some((gate: { failures: { effect: string }[] }) =>
      gate.failures.some(({ effect }) => effect === 'warns'),
    );
    outcomes[at] = outcome === 'allowed' && warns ? 'warned' : outcome;
  }
  return outcomes;
}

/** The runs that there would be by the rehearsal: those that there were, less and more what is told. */
async function runsTold(works: Works, id: string): Promise<Record<string, number>> {
  const counts = await runsOf(works);
  for (const { kind, of } of await works.items(id, 'page_size=200')) {
    const more = ['would_run', 'alert_would_fire'].includes(kind);
    const less = ['would_not_run', 'alert_would_not_fire'].includes(kind);
    if (more || less) counts[of] = (counts[of] ?? 0) + (more ? 1 : -1);
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

async function runsOf(works: Works): Promise<Record<string, number>> {
  const rows = await works.plant.asOwner<{ rule: string; n: number }>(
    `select rule, count(*)::int as n from rule_runs where not rule like '%.heap' group by rule`,
  );
  return Object.fromEntries(rows.map(({ rule, n }) => [rule, n]));
}

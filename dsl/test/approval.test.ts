import assert from 'node:assert/strict';
import { type Decision, decide, pointsNamedIn, stagesInWords } from '../src/index.ts';
import { after, approvalOf, decisions, MONDAY, stateOf } from './support/approvals.ts';

describe('approvals', () => {
  describe('F-APR-05: a session is opened again by the chief, the technologist and the director', () => {
    const approval = approvalOf(`
## Re-open a closed session.
approval reopen_session
  on session.close
  steps sex_boshligi then texnolog then direktor
  expires after 24 h
  approved do package.create(), message.send(text: "open")
  rejected do message.send(text: "stays closed")
  message "Reopen a session of {session.input_kg}"
  message ru "Открыть смену на {session.input_kg}"
  remedy "Ask the chief"
`);
    const stages = approval.stages.map((stage) => stage.votes);
    const ask = (made: readonly Decision[], now: Date) =>
      approval.decide({ stages, requester: 'op', requestedAt: MONDAY, decisions: made }, now);

    it('describes itself', () => {
      assert.equal(approval.doc, 'Re-open a closed session.');
      assert.deepEqual(approval.points, [{ point: 'session.close' }]);
      assert.equal(approval.record, undefined);
      assert.equal(approval.expiresAfter, 86_400);
      assert.deepEqual(approval.own, []);
      assert.deepEqual(
        approval.stages,
        ['sex_boshligi', 'texnolog', 'direktor'].map((role) => ({
          votes: { kind: 'role', role },
          conditional: false,
        })),
      );
      assert.deepEqual(
        approval.outcomes.approved.map(({ action, effect }) => [action, effect]),
        [
          ['package.create', 'record'],
          ['message.send', 'external'],
        ],
      );
      assert.deepEqual(approval.reads('session.close'), ['session.input_kg']);
      assert.throws(() => approval.needed('session.feed', {}, {}), RangeError);
    });

    it('goes step by step, in this order', () => {
      const waiting = (...made: string[]) => ask(decisions(...made), after(5));
      assert.deepEqual(waiting().waitingFor, ['sex_boshligi']);
      assert.equal(waiting().may('c', ['sex_boshligi']), true);
      assert.equal(waiting().may('t', ['texnolog']), 'wrong_stage');
      assert.equal(waiting().may('o', ['operator']), 'wrong_role');
      assert.deepEqual(waiting('c: sex_boshligi').waitingFor, ['texnolog']);
      assert.equal(waiting('c: sex_boshligi').stage, 1);
      assert.equal(waiting('c: sex_boshligi').may('d', ['sex_boshligi']), 'wrong_stage');
      const done = waiting('c: sex_boshligi', 't: texnolog', 'd: direktor');
      assert.deepEqual([done.state, done.stage, done.waitingFor], ['approved', undefined, []]);
      assert.equal(done.may('x', ['direktor']), 'closed');
    });

    it('counts a person once, whatever roles he has', () => {
      const all = ['sex_boshligi', 'texnolog', 'direktor'];
      const once = ask(decisions(`c: ${all.join(', ')}`), after(5));
      assert.equal(once.state, 'pending');
      assert.equal(once.may('c', all), 'already_decided');
      assert.equal(
        ask(decisions(...[1, 2, 3].map(() => `c: ${all.join(', ')}`)), after(5)).stage,
        1,
      );
    });

    it('ends with one rejection, in whatever step', () => {
      assert.equal(ask(decisions('c: sex_boshligi no'), after(5)).state, 'rejected');
      const second = ask(decisions('c: sex_boshligi', 't: texnolog no', 'd: direktor'), after(5));
      assert.equal(second.state, 'rejected');
      assert.equal(ask(decisions('d: direktor no'), after(5)).state, 'pending');
    });

    it('F-M12-06: nobody approves his own request', () => {
      assert.equal(ask([], after(1)).may('op', ['sex_boshligi']), 'own_request');
      assert.equal(ask(decisions('op: sex_boshligi'), after(5)).stage, 0);
      assert.equal(ask(decisions('op: sex_boshligi no'), after(5)).state, 'pending');
    });

    it('F-M12-06: nor what was asked for on his behalf', () => {
      const behind = ['chief'];
      const asked = { stages, requester: 'system:automation x', requestedAt: MONDAY, behind };
      const state = approval.decide({ ...asked, decisions: [] }, after(1));
      assert.equal(state.may('chief', ['sex_boshligi']), 'own_request');
      assert.equal(state.may('other', ['sex_boshligi']), true);
      const counted = approval.decide(
        { ...asked, decisions: decisions('chief: sex_boshligi') },
        after(5),
      );
      assert.equal(counted.stage, 0);
      const allowed = { ...asked, own: ['sex_boshligi'], decisions: [] };
      assert.equal(decide(allowed, after(1)).may('chief', ['sex_boshligi']), true);
    });

    it('F-M12-06: expires after 24 hours, to the millisecond', () => {
      const late = (ms: number) => new Date(after(24).getTime() + ms);
      assert.equal(ask([], late(-1)).state, 'pending');
      assert.equal(ask([], late(0)).state, 'expired');
      assert.equal(ask([], late(0)).may('c', ['sex_boshligi']), 'closed');
      const at = (when: Date): Decision => ({
        person: 'c',
        roles: ['sex_boshligi'],
        verdict: 'reject',
        at: when,
      });
      assert.equal(ask([at(late(-1))], late(0)).state, 'rejected');
      assert.equal(ask([at(late(0))], late(1)).state, 'expired');
      assert.equal(ask([at(new Date(Number.NaN))], late(-1)).state, 'pending');
      const done = decisions('c: sex_boshligi', 't: texnolog', 'd: direktor');
      assert.equal(ask(done, late(1_000_000)).state, 'approved');
    });

    it('says what it is about, and plans what is done', () => {
      const facts = { session: { input_kg: 800 } };
      const message = (language: string) => approval.message('session.close', facts, {}, language);
      assert.equal(message('en'), 'Reopen a session of 800 kg');
      assert.equal(message('ru'), 'Открыть смену на 800 kg');
      assert.equal(approval.remedy('session.close', facts, {}, 'en'), 'Ask the chief');
      const told = (input_kg: number | null) =>
        approval.tells('session.close', { session: { input_kg } }, {});
      assert.deepEqual(told(800), { 'session.input_kg': '800 kg' });
      assert.notDeepEqual(told(801), told(800));
      assert.notDeepEqual(told(null), told(800));
      const plan = approval.plan('rejected', 'session.close', facts, {});
      assert.deepEqual(
        plan.map((group) => group.map(({ action, args }) => [action, args])),
        [[['message.send', { text: 'stays closed' }]]],
      );
    });
  });

  describe('F-APR-09: above 50 kg the director agrees as well', () => {
    const approval = approvalOf(`
approval stock_adjust
  on stock.transfer.send each line
  when line.qty_kg > 0 kg
  steps sex_boshligi then direktor when line.qty_kg > 50 kg
`);
    const needed = (...kgs: readonly unknown[]) => {
      const facts = { lines: kgs.map((qty_kg) => ({ qty_kg, device: {} })) };
      const found = approval.needed('stock.transfer.send', facts, {});
      return found === undefined ? 'nobody' : stagesInWords(found.stages, 'en');
    };
    it('for one of the lines', () => {
      assert.equal(needed(), 'nobody');
      assert.equal(needed(0, 0), 'nobody');
      assert.equal(needed(0, 50), 'sex_boshligi');
      assert.equal(needed(10, 50.001, 0), 'sex_boshligi, then direktor');
      assert.deepEqual(
        approval.stages.map(({ conditional }) => conditional),
        [false, true],
      );
      assert.deepEqual(approval.reads('stock.transfer.send'), ['lines.qty_kg']);
    });
    it('a condition that can’t be decided counts as true, and is told', () => {
      assert.equal(needed(null), 'sex_boshligi, then direktor');
      assert.equal(needed('much'), 'sex_boshligi, then direktor');
      const found = approval.needed('stock.transfer.send', {}, {});
      assert.deepEqual(
        found?.undecided.map(({ code, names }) => [code, names]),
        [
          ['Q9001', ['lines']],
          ['Q9001', ['lines']],
        ],
      );
    });
    it('says so where it has no words of its own', () => {
      const facts = { lines: [{ qty_kg: 60 }] };
      const message = (language: string) =>
        approval.message('stock.transfer.send', facts, {}, language);
      assert.equal(message('en'), 'stock_adjust needs agreement: sex_boshligi, then direktor');
      assert.equal(message('uz'), 'stock_adjust uchun rozilik kerak: sex_boshligi, keyin direktor');
      const tree = approval.explain('stock.transfer.send', facts, {}, 'en');
      assert.equal(tree.whole?.value, 'yes');
      assert.deepEqual(
        tree.stages.map((stage) => stage?.text),
        [undefined, 'line.qty_kg > 50 kg'],
      );
    });
  });

  describe('F-APR-01: of a record whose state waits', () => {
    const approval = approvalOf(`
approval manual_weight
  of package
  when status = draft and package.weight_kg > 0 kg
  steps sex_boshligi or 2 of (texnolog, integrator, direktor)
  own by direktor
  approved do message.send(text: code)
`);
    const facts = (status: string) => ({ package: { status, weight_kg: 20, code: 'P-1' } });
    it('is asked with the record by its name, or its fields by theirs', () => {
      assert.equal(approval.record, 'package');
      assert.deepEqual(approval.points, []);
      assert.equal(approval.needed(undefined, facts('qc_ok'), {}), undefined);
      const found = approval.needed(undefined, facts('draft'), {});
      assert.deepEqual(found, { stages: approval.stages.map((s) => s.votes), undecided: [] });
      assert.deepEqual(approval.reads(undefined), [
        'package.code',
        'package.status',
        'package.weight_kg',
      ]);
      const [[action] = []] = approval.plan('approved', undefined, facts('draft'), {});
      assert.deepEqual(action?.args, { text: 'P-1' });
    });
    it('who asked decides only in a role that may', () => {
      const state = (...made: string[]) =>
        approval.decide(
          {
            stages: approval.stages.map((s) => s.votes),
            requester: 'd',
            requestedAt: MONDAY,
            decisions: decisions(...made),
          },
          after(9),
        );
      assert.equal(state().may('d', ['sex_boshligi']), 'own_request');
      assert.equal(state().may('d', ['sex_boshligi', 'direktor']), true);
      assert.equal(state('d: sex_boshligi, direktor').state, 'pending');
      assert.equal(state('d: sex_boshligi, direktor', 't: texnolog').state, 'approved');
      assert.equal(state('s: sex_boshligi').state, 'approved');
    });
  });

  it('keep the points they stand at, whether or not they can be read', () => {
    const text = 'approval a\n  on session.close, session.feed\n  steps nobody then\n';
    assert.deepEqual(pointsNamedIn(text), ['session.close', 'session.feed']);
  });

  it('nobody is needed where no step is', () => {
    const approval = approvalOf(
      'approval a\n  on session.close\n  steps direktor when session.input_kg > 5 kg\n',
    );
    const needed = (input_kg: number) =>
      approval.needed('session.close', { session: { input_kg } }, {});
    assert.equal(needed(5), undefined);
    assert.equal(needed(6)?.stages.length, 1);
    assert.equal(stateOf([], []).state, 'approved');
  });
});

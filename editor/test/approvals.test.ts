import assert from 'node:assert/strict';
import { factsOf, outcomeOf } from '../src/components/approval/approval-looks.ts';
import type { Approval } from '../src/data/approvals.ts';
import { waitingOf } from '../src/data/errors.ts';

const ID = '11111111-2222-4333-8444-555555555555';
const request = (part: Partial<Approval>): Approval =>
  ({
    kind: 'operation',
    state: 'approved',
    outcome: 'none',
    object_id: ID,
    input: null,
    payload: null,
    message: '',
    ...part,
  }) as Approval;

describe('requests for approval on the screen', () => {
  it('an operation that waits is told from a draft that waits as an object', () => {
    const waiting = { pending_approval: true, kind: 'operation', approval_id: ID };
    assert.equal(waitingOf(202, waiting), waiting);
    assert.equal(waitingOf(202, { pending_approval: true, status: 'draft_manual' }), undefined);
    assert.equal(waitingOf(200, waiting), undefined);
    assert.equal(waitingOf(202, undefined), undefined);
  });

  it('what was asked for is told without ids, empty values, and what the message says', () => {
    const input = { session_id: ID, reason: 'lunch', note: null, lines: [{ kg: 1 }] };
    const payload = { images: ['a.jpg', 'b.jpg'], weight_kg: 20.5, other: ID.replace('1', '9') };
    const message = 'Pause session P-1: at noon';
    assert.deepEqual(factsOf(request({ input: { ...input, why: 'at noon' }, payload, message })), [
      ['reason', 'lunch'],
      ['lines', '[{"kg":1}]'],
      ['images', 'a.jpg, b.jpg'],
      ['weight_kg', '20.5'],
    ]);
  });

  it('what came of it is told of approved operations alone', () => {
    assert.equal(outcomeOf(request({ outcome: 'ready' })), 'running');
    assert.equal(outcomeOf(request({ outcome: 'done' })), 'done');
    assert.equal(outcomeOf(request({ outcome: 'refused' })), 'failed');
    assert.equal(outcomeOf(request({ state: 'rejected' })), null);
    assert.equal(outcomeOf(request({ kind: 'object' })), null);
  });
});

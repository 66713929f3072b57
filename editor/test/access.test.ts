import assert from 'node:assert/strict';
import { createAccess, endOf, type TokenAnswer } from '../src/data/access.ts';

const MINUTE = 60_000;
const jwt = (endsAt: number, mark = '') => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part({ exp: endsAt / 1000, mark })}.signature`;
};

/** A clock, a renewal that the test answers, and what would run later. */
function desk() {
  const state = {
    now: 1_000_000_000_000,
    asked: 0,
    ended: 0,
    later: [] as { work: () => void; ms: number }[],
  };
  let answer: () => Promise<TokenAnswer | undefined> = async () => undefined;
  const access = createAccess({
    renew: () => {
      state.asked++;
      return answer();
    },
    now: () => state.now,
    exclusively: (work) => work(),
    later: (work, ms) => {
      const entry = { work, ms };
      state.later.push(entry);
      return () => {
        state.later = state.later.filter((other) => other !== entry);
      };
    },
    onEnd: () => {
      state.ended++;
    },
  });
  return {
    state,
    access,
    answers: (next: typeof answer) => {
      answer = next;
    },
  };
}

describe('access token', () => {
  it('reads the end of a JWT and survives nonsense', () => {
    assert.equal(endOf(jwt(5_000_000)), 5_000_000);
    assert.equal(endOf('nonsense'), 0);
    assert.equal(endOf('a.%%%.b'), 0);
  });

  it('renews a minute before the end, by itself', async () => {
    const { state, access, answers } = desk();
    access.take({ access: jwt(state.now + 10 * MINUTE) });
    assert.deepEqual(
      state.later.map(({ ms }) => ms),
      [9 * MINUTE],
    );
    const next = jwt(state.now + 30 * MINUTE);
    answers(async () => ({ access: next }));
    state.later[0]?.work();
    assert.equal(await access.renew(), true);
    assert.equal(state.asked, 1);
    assert.equal(await access.token(), next);
  });

  it('asks once for many callers', async () => {
    const { state, access, answers } = desk();
    const next = jwt(state.now + 30 * MINUTE);
    answers(async () => ({ access: next }));
    access.take({ access: jwt(state.now + 1000) });
    const tokens = await Promise.all([
      access.token(),
      access.token(),
      access.renew(),
      access.token(),
    ]);
    assert.equal(state.asked, 1);
    assert.deepEqual(tokens, [next, next, true, next]);
  });

  it('ends the session when the platform refuses, and says so once', async () => {
    const { state, access } = desk();
    access.take({ access: jwt(state.now + 10 * MINUTE) });
    assert.equal(await access.renew(), false);
    assert.equal(state.ended, 1);
    assert.equal(await access.token(), undefined);
    assert.equal(await access.renew(), false);
    assert.equal(state.ended, 1);
    assert.deepEqual(state.later, []);
  });

  it('keeps the token while the platform can’t be reached', async () => {
    const { state, access, answers } = desk();
    const old = jwt(state.now + 20 * MINUTE);
    access.take({ access: old });
    answers(async () => {
      throw new Error('offline');
    });
    assert.equal(await access.renew(), false);
    assert.equal(state.ended, 0);
    assert.equal(await access.token(), old);
  });

  it('does not bring back a session that was left while it renewed', async () => {
    const { state, access, answers } = desk();
    let release: (answer: TokenAnswer) => void = () => undefined;
    answers(() => new Promise((resolve) => (release = resolve)));
    access.take({ access: jwt(state.now + 10 * MINUTE) });
    const renewal = access.renew();
    access.forget();
    release({ access: jwt(state.now + 30 * MINUTE) });
    assert.equal(await renewal, false);
    assert.equal(await access.token(), undefined);
  });
});

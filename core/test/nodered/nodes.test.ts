import assert from 'node:assert/strict';
import { type FakePlatform, type Posted, startFakePlatform } from './fake-platform.ts';
import { passOf, type RunningNodeRed, runNodeRed } from './support.ts';

const at = { z: 'tab', x: 0, y: 0 };
const onOutput = (number: number) => ({
  ...at,
  id: `output-${number}`,
  type: 'function',
  func: `msg.headers = { 'x-output': '${number}' }; return msg;`,
  outputs: 1,
  wires: [['answer']],
});

/** POST /run (or /ask) with an operation and its input; the answer says at which output the message left. */
const RUN_FLOW = [
  { id: 'tab', type: 'tab', label: 'test' },
  { id: 'server', type: 'qoida-server', name: 'Qoida', url: '' },
  { ...at, id: 'in', type: 'http in', url: '/run', method: 'post', wires: [['read']] },
  {
    ...at,
    id: 'read',
    type: 'function',
    func: 'msg.operation = msg.payload.operation; msg.payload = msg.payload.input; return msg;',
    outputs: 1,
    wires: [['do']],
  },
  {
    ...at,
    id: 'do',
    type: 'qoida-operation',
    server: 'server',
    operation: '',
    input: '{"level":"info"}',
    check: false,
    wires: [['output-1'], ['output-2'], ['output-3']],
  },
  { ...at, id: 'ask-in', type: 'http in', url: '/ask', method: 'post', wires: [['ask-read']] },
  {
    ...at,
    id: 'ask-read',
    type: 'function',
    func: 'msg.operation = msg.payload.operation; msg.payload = msg.payload.input; return msg;',
    outputs: 1,
    wires: [['ask']],
  },
  {
    ...at,
    id: 'ask',
    type: 'qoida-operation',
    server: 'server',
    operation: '',
    input: '',
    check: true,
    wires: [['output-1'], ['output-2'], ['output-3']],
  },
  onOutput(1),
  onOutput(2),
  onOutput(3),
  { ...at, id: 'answer', type: 'http response', wires: [] },
];

/** All events so far go back to the platform as a message, so that the test sees what arrived in which order. */
const EVENT_FLOW = [
  {
    ...at,
    id: 'event',
    type: 'qoida-event',
    server: 'server',
    event: 'package.created',
    wires: [['text']],
  },
  {
    ...at,
    id: 'text',
    type: 'function',
    func:
      'const seen = [...(context.get("seen") ?? []), msg.topic + " " + msg.payload.n + " by " + msg.qoida.actor.name];' +
      'context.set("seen", seen); msg.payload = { text: seen.join("; ") }; return msg;',
    outputs: 1,
    wires: [['post']],
  },
  {
    ...at,
    id: 'post',
    type: 'qoida-operation',
    server: 'server',
    operation: 'message.post',
    input: '',
    check: false,
    wires: [[], []],
  },
];

describe('the nodes of Qoida in a real Node-RED', () => {
  let platform: FakePlatform;
  let red: RunningNodeRed;
  let answerTo: (call: Posted, attempt: number) => { status: number; body: unknown } | null;

  before(async () => {
    platform = await startFakePlatform((call, attempt) => answerTo(call, attempt));
    red = await runNodeRed(platform.url, [...RUN_FLOW, ...EVENT_FLOW]);
    await platform.until(() => platform.resumed.length === 1); // its flows run
  });
  after(async () => {
    await red.stop();
    await platform.close();
  });

  const run = async (operation: string, input: object, road = 'run') => {
    const answer = await red.request(`/red/http/${road}`, {
      pass: passOf('read'),
      method: 'POST',
      body: { operation, input },
    });
    return {
      status: answer.status,
      output: answer.headers.get('x-output'),
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  const callsOf = (operation: string) =>
    platform.posted.filter((call) => call.path === `/api/v1/operations/${operation}`);

  it('a flow’s own address needs a pass like the editor', async () => {
    assert.equal((await red.request('/red/http/run', { method: 'POST', body: {} })).status, 401);
  });

  it('an operation that is done leaves at the first output; fixed input and payload are put together', async () => {
    answerTo = () => ({ status: 201, body: { id: 'p-1' } });
    assert.deepEqual(await run('message.post', { text: 'Salom', level: 'warning' }), {
      status: 201,
      output: '1',
      body: { id: 'p-1' },
    });
    assert.deepEqual(callsOf('message.post').at(-1)?.body, { level: 'warning', text: 'Salom' });
  });

  it('a refusal leaves at the second output with its reason and figures, and is not repeated', async () => {
    const error = {
      code: 'business_conflict',
      reason: 'delta_exceeded',
      message: 'The balance is off',
      details: { delta: 37.1 },
    };
    answerTo = () => ({ status: 409, body: { success: false, error, trace_id: 't-9' } });
    assert.deepEqual(await run('session.close', {}), {
      status: 409,
      output: '2',
      body: { ...error, trace_id: 't-9' },
    });
    assert.equal(callsOf('session.close').length, 1);
  });

  it('what waits for people is not done: it leaves at the third output with its request', async () => {
    const request = {
      pending_approval: true,
      approval_id: 'a-1',
      steps: [{ title: 'Technologist' }],
    };
    answerTo = () => ({ status: 202, body: request });
    assert.deepEqual(await run('session.pause', { session_id: 's-1' }), {
      status: 202,
      output: '3',
      body: request,
    });
    assert.equal(callsOf('session.pause').length, 1);
  });

  for (const [output, meaning, answer] of [
    ['1', 'it would be let through', { allowed: true, refusals: [], approval: null }],
    ['2', 'a gate would refuse', { allowed: false, refusals: [{ gate: 'no' }], approval: null }],
    ['3', 'people would be asked', { allowed: true, refusals: [], approval: { approval: 'x' } }],
  ] as const) {
    it(`who only asks gets the answer at output ${output} when ${meaning}`, async () => {
      answerTo = () => ({ status: 200, body: answer });
      const asked = await run('session.resume', {}, 'ask');
      assert.deepEqual(asked, { status: 200, output, body: answer });
      assert.ok(callsOf('session.resume/check').length > 0);
      assert.equal(callsOf('session.resume').length, 0);
    });
  }

  it('a call that nobody answered is repeated under the same key until it is done', async () => {
    answerTo = (_, attempt) => {
      if (attempt === 1) return null;
      return attempt === 2
        ? { status: 503, body: { error: { code: 'unavailable' } } }
        : { status: 201, body: { id: 'p-2' } };
    };
    assert.deepEqual(await run('package.create', { session_id: 's-1' }), {
      status: 201,
      output: '1',
      body: { id: 'p-2' },
    });
    const keys = callsOf('package.create').map((call) => call.key);
    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
    assert.ok(keys[0]);
  });

  it('two messages have two keys', async () => {
    answerTo = () => ({ status: 201, body: {} });
    await run('scrap.register', {});
    await run('scrap.register', {});
    assert.equal(new Set(callsOf('scrap.register').map((call) => call.key)).size, 2);
  });

  const said = (text: string) =>
    callsOf('message.post').some((call) => (call.body as { text?: string }).text === text);
  const seen = (...numbers: number[]) =>
    numbers.map((n) => `package.created ${n} by operator`).join('; ');
  const dropAndReturn = async () => {
    const times = platform.resumed.length;
    platform.dropStreams();
    await platform.until(() => platform.resumed.length > times);
    return platform.resumed.at(-1);
  };

  it('a node that has heard no event yet knows where it stands all the same', async () => {
    assert.equal(await dropAndReturn(), '100');
  });

  it('events come in order, and after a lost stream the next one is asked for', async () => {
    answerTo = () => ({ status: 201, body: {} });
    platform.emit('package.created', { n: 1 });
    platform.emit('package.created', { n: 2 });
    await platform.until(() => said(seen(1, 2)));
    assert.equal(await dropAndReturn(), '102');
    platform.emit('package.created', { n: 3 });
    await platform.until(() => said(seen(1, 2, 3)));
  });

  it('a gap in the stream is no event: it makes no message, and the stream goes on behind it', async () => {
    platform.gap();
    platform.emit('package.created', { n: 4 });
    await platform.until(() => said(seen(1, 2, 3, 4)));
    assert.equal(await dropAndReturn(), '114');
  });
});

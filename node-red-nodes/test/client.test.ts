import assert from 'node:assert/strict';
import { call, QoidaRefusal } from '../src/client.mts';
import { answerJson, type StreamServer, startStreamServer } from './stream-server.ts';

describe('a call of the platform', () => {
  let platform: StreamServer;
  before(async () => {
    platform = await startStreamServer();
  });
  after(() => platform.close());
  const server = () => ({ url: platform.url, token: 'token-1' });

  it('carries the token, the body and the idempotency key, and gives status and body', async () => {
    const answered = call(server(), 'POST', '/operations/message.post', {
      body: { text: 'Salom' },
      idempotencyKey: 'k-1',
    });
    const { request, answer, body } = await platform.next();
    answerJson(answer, 201, { id: 'm1' });
    assert.deepEqual(await answered, { status: 201, body: { id: 'm1' } });
    assert.equal(`${request.method} ${request.url}`, 'POST /api/v1/operations/message.post');
    assert.equal(request.headers.authorization, 'Bearer token-1');
    assert.equal(request.headers['idempotency-key'], 'k-1');
    assert.deepEqual(JSON.parse(body), { text: 'Salom' });
  });

  it('a refusal is an error with its code, reason, figures and trace', async () => {
    const answered = call(server(), 'POST', '/operations/session.close', { body: {} }).catch(
      (error: unknown) => error,
    );
    const { answer } = await platform.next();
    answerJson(answer, 409, {
      success: false,
      error: {
        code: 'business_conflict',
        reason: 'delta_exceeded',
        message: 'The balance is off',
        details: { delta: 37.1 },
      },
      trace_id: 't-1',
    });
    const refusal = await answered;
    assert.ok(refusal instanceof QoidaRefusal);
    assert.deepEqual(
      [
        refusal.status,
        refusal.code,
        refusal.reason,
        refusal.message,
        refusal.details,
        refusal.traceId,
      ],
      [409, 'business_conflict', 'delta_exceeded', 'The balance is off', { delta: 37.1 }, 't-1'],
    );
  });

  it('an answer that is no envelope is a refusal too, with its status', async () => {
    const answered = call(server(), 'GET', '/meta').catch((error: unknown) => error);
    const { answer } = await platform.next();
    answer.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    const refusal = await answered;
    assert.ok(refusal instanceof QoidaRefusal);
    assert.deepEqual(
      [refusal.status, refusal.code, refusal.message],
      [502, 'internal', 'HTTP 502'],
    );
  });

  it('an empty answer is an empty object', async () => {
    const answered = call(server(), 'DELETE', '/rules/modules/m/draft');
    const { answer } = await platform.next();
    answer.writeHead(204).end();
    assert.deepEqual(await answered, { status: 204, body: {} });
  });

  it('nobody there is an error that may be tried again, not a refusal', async () => {
    const gone = await startStreamServer();
    await gone.close();
    await assert.rejects(
      call({ url: gone.url, token: 't' }, 'GET', '/meta'),
      (error) => !(error instanceof QoidaRefusal),
    );
  });
});

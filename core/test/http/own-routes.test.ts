import assert from 'node:assert/strict';
import type { HttpRoute } from '../../src/api/operations.ts';
import { definePlugin, operation } from '../../src/index.ts';
import { checkPlugins } from '../../src/plugins/index.ts';
import { startTestPlatform } from '../../src/testing/index.ts';

/** What the API's document says of a path: an operation a method. */
type Document = { paths: Record<string, Record<string, { operationId: string }>> };

describe('routes of the platform that are no operations', () => {
  it('are known before anything runs: a plugin that takes one is refused', async () => {
    const platform = await startTestPlatform({ settings: { NODE_RED: 'true' } });
    try {
      const { paths } = (await platform.admin.get('/openapi.json')).body as Document;
      const documented = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { operationId }]) => ({
          route: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
          operationId,
        })),
      );
      const operations = new Set(
        documented.map(({ operationId }) => /^run\.(.+)$/.exec(operationId)?.[1]),
      );
      const fixed = documented.filter(
        ({ operationId: id }) =>
          // Those of operations are declared, and a list gives way to an operation on purpose.
          !operations.has(id) && !/^(?:run|check|list|get)\./.test(id),
      );
      assert.ok(fixed.length > 20);
      for (const { route } of fixed) {
        const faults = checkPlugins([taking(route as HttpRoute)]);
        assert.equal(faults.length, 1, `nothing is told of ${route}`);
        assert.match(faults[0] ?? '', /^boxes: the route ".+" is the platform's own/);
      }
    } finally {
      await platform.stop();
    }
  });
});

const taking = (http: HttpRoute) =>
  definePlugin({
    name: 'boxes',
    version: '1.0.0',
    title: 'Boxes',
    operations: [
      operation({
        name: 'box.take',
        http,
        summary: 'Take',
        roles: '*',
        effect: http.startsWith('GET ') ? 'read' : 'record',
        input: {},
        run: async () => ({}),
      }),
    ],
  });

import { Refusal } from '../../api/errors.ts';
import type { MayHear, StreamHub } from '../../stream/index.ts';
import { topicFilter } from '../../stream/index.ts';
import type { RouteDef, RouteRequest } from '../route.ts';
import { HttpReply } from '../route.ts';

export interface StreamRouteOptions {
  readonly hub: StreamHub;
  /** Whether this person may hear a topic; everything of their organisation unless given. */
  readonly mayRead?: MayHear;
}

/** `GET /stream?topics=…`: server-sent events; signed in by header, so no token stands in an address. */
export function streamRoute({ hub, mayRead = () => true }: StreamRouteOptions): RouteDef {
  return {
    method: 'GET',
    path: '/stream',
    access: 'user',
    openapi: {
      summary: 'Live values and events as server-sent events',
      description:
        'An event goes to who may read the records it names, and to who caused it. Durable events carry an `id`; send the last one back as `Last-Event-ID` to miss none. `stream.gap` says that events in between are kept no more.',
      tags: ['stream'],
      operationId: 'stream.open',
      roles: '*',
      parameters: [
        {
          name: 'topics',
          in: 'query',
          required: true,
          description:
            'comma-separated: `live.<device>`, `health.<device>`, `event.<name>`; `event.*` takes all of a kind',
          schema: {
            type: 'string',
            examples: ['live.scale-E1-pack-01,event.package.created,health.*'],
          },
        },
        {
          name: 'Last-Event-ID',
          in: 'header',
          description: 'resume after this event',
          schema: { type: 'integer' },
        },
      ],
      responses: {
        200: { description: 'A stream that stays open', contentType: 'text/event-stream' },
      },
    },
    async handle(request) {
      let { actor } = request;
      if (!actor) throw new Refusal('unauthorized', 'not_signed_in', 'Sign in first');
      const asked = topicFilter(request.query.topics ?? '');
      const body = hub.open({
        organizationId: actor.organizationId,
        // Who has lost a role hears what it let them hear no more.
        wants: (topic, event) =>
          asked(topic, event) && actor !== null && mayRead(actor, topic, event),
        since: sinceOf(request),
        async stillAllowed() {
          actor = await request.currentActor();
          return actor !== null;
        },
      });
      return new HttpReply(200, body, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      });
    },
  };
}

function sinceOf({ headers }: RouteRequest): number | null {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return null;
  const position = /^\d{1,15}$/.test(String(given)) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  throw new Refusal(
    'validation_error',
    'bad_last_event_id',
    'Last-Event-ID is the id of an event of this stream',
  );
}

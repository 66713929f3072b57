import type { EventDef } from '../api/events.ts';
import type { Actor } from '../api/operations.ts';
import type { RecordDef } from '../api/records.ts';
import type { LoggedEvent } from './event-log.ts';

/** Who hears of everything that happens: the log of the plant is theirs to read as well. */
const ALL_EARS = ['direktor', 'integrator', 'admin'];
const PREFIX = 'event.';

/** Whether somebody may hear a topic; of a durable event who caused it counts too. */
export type MayHear = (actor: Actor, topic: string, event?: Pick<LoggedEvent, 'actor'>) => boolean;

/**
 * A durable event goes to who may read every record that it names, and to who caused it. Records that
 * have no list of their own are as open as the operations that show them. Live values go to everybody.
 */
export function mayHear(plugins: Iterable<Declared>): MayHear {
  const all = [...plugins];
  const records = new Map(
    all.flatMap(({ records = [] }) => records.map((record) => [record.name, record] as const)),
  );
  const readers = new Map(
    all.flatMap(({ events = [] }) =>
      events.map((event) => [event.name, readersOf(event, records)] as const),
    ),
  );
  return (actor, topic, event) => {
    if (!topic.startsWith(PREFIX)) return true;
    const has = (roles: readonly string[]) => roles.some((role) => actor.roles.includes(role));
    if (has(ALL_EARS)) return true;
    // An event that is declared no more names nobody knows what.
    const lists = readers.get(topic.slice(PREFIX.length));
    if (lists?.every(has)) return true;
    return actor.id !== null && event?.actor.id === actor.id;
  };
}

interface Declared {
  readonly records?: readonly RecordDef[];
  readonly events?: readonly EventDef[];
}

/** One list of roles for each record that the event names and that not everybody reads. */
function readersOf(
  event: EventDef,
  records: ReadonlyMap<string, RecordDef>,
): (readonly string[])[] {
  const named = Object.values(event.fields).flatMap(({ record }) => {
    const read = record === undefined ? undefined : records.get(record)?.options.api?.read;
    return read === undefined || read === '*' ? [] : [read];
  });
  return event.read === undefined ? named : [...named, event.read];
}

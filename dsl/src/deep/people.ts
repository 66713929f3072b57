import type { CheckedApproval } from '../check/blocks/approvals.ts';
import { rolesWritten, type VoteWay, waysOf } from '../check/blocks/votes.ts';
import type { CodeName } from '../source/codes.ts';
import type { Diagnostic, Params } from '../source/diagnostic.ts';
import type { Catalog, CatalogIndex } from '../types/catalog.ts';
import { finding } from './finding.ts';

/**
 * Who holds which role: the names of the people, or how many different ones they are. A role that
 * is not in it is held by nobody.
 */
export type Holders = Readonly<Record<string, readonly string[] | number>>;

/** People with the roles each may agree in. */
type People = ReadonlyMap<string, ReadonlySet<string>>;

/** Agreements that are needed, and how many of them the people can give. */
interface Count {
  readonly needed: number;
  readonly given: number;
}

/** Ways to take several steps that are looked at; of more nothing is told. */
const MOST_WAYS_TOGETHER = 4_096;

/**
 * Steps that can't be taken by the people there are. Each agreement is one person's, each person
 * decides once in a request, and who asked decides only in a role of `own by`. Steps with a
 * condition may not be asked for: each is looked at beside those that always are.
 * @param index of the catalog, which says what roles are called
 */
export function peopleChecks(
  { block, reporter, stages, own }: CheckedApproval,
  holders: Holders,
  index: CatalogIndex,
): Diagnostic[] {
  const titles = index.catalog.roleTitles;
  const steps = block.clauses.find((clause) => clause.kind === 'steps');
  const before: (readonly VoteWay[])[] = [];
  let stuckFirst: Diagnostic | undefined;
  for (const [i, stage] of stages.entries()) {
    const node = steps?.stages[i]?.votes;
    if (node === undefined) continue;
    const asked = [...before, waysOf(stage.votes)];
    const people = peopleFor(asked, holders);
    const roles = [...new Set(rolesWritten(node).map(({ name }) => name))];
    const who = roles.map((role) => inWords(role, holders, titles)).join(', ');
    const told = (name: CodeName, params: Params, witness: Record<string, unknown>): Diagnostic =>
      finding(name, reporter.file, node.span, { who, ...params }, { witness });
    const { needed, given } = bestOf(asked, people);
    if (given < needed) {
      const witness = Object.fromEntries(roles.map((role) => [role, heldBy(role, holders)]));
      return [told('stepUnmet', { needed: String(needed), given: String(given) }, witness)];
    }
    const stuck = [...people.keys()].find((person) => {
      const left = bestOf(asked, asking(person, people, own));
      return left.given < left.needed;
    });
    if (stuck !== undefined)
      stuckFirst ??= told('stepUnmetOwn', { person: stuck }, { requester: stuck });
    if (stage.condition === undefined) before.push(waysOf(stage.votes));
  }
  return stuckFirst === undefined ? [] : [stuckFirst];
}

const heldBy = (role: string, holders: Holders): readonly string[] | number =>
  Object.hasOwn(holders, role) ? (holders[role] ?? 0) : 0;

/** `texnolog` (Technologist): 1 */
function inWords(role: string, holders: Holders, titles: Catalog['roleTitles']): string {
  const title = titles !== undefined && Object.hasOwn(titles, role) ? titles[role] : undefined;
  const called = typeof title === 'string' ? title : (title?.en ?? title?.uz ?? title?.ru);
  const held = heldBy(role, holders);
  const count = typeof held === 'number' ? held : new Set(held).size;
  return `\`${role}\`${called === undefined ? '' : ` (${called})`}: ${count}`;
}

/** As many holders of each role as could matter: one for each agreement, and one who asks. */
function peopleFor(asked: readonly (readonly VoteWay[])[], holders: Holders): People {
  const all = asked.flat(2);
  const most = 1 + asked.reduce((sum, ways) => sum + Math.max(0, ...ways.map(sizeOf)), 0);
  const found = new Map<string, Set<string>>();
  for (const role of new Set(all.flatMap(({ roles }) => roles))) {
    const held = heldBy(role, holders);
    const names =
      typeof held === 'number'
        ? Array.from({ length: Math.min(held, most) }, (_, i) => `${role} ${i + 1}`)
        : held;
    for (const name of names) found.set(name, (found.get(name) ?? new Set()).add(role));
  }
  return found;
}

/** The people where one of them asks: he has only the roles that may decide for themselves. */
const asking = (person: string, people: People, own: readonly string[]): People =>
  new Map(people).set(person, new Set(own.filter((role) => people.get(person)?.has(role))));

const sizeOf = (way: VoteWay): number => way.reduce((sum, { count }) => sum + count, 0);

/** The way to take all steps for which least is wanting. */
function bestOf(asked: readonly (readonly VoteWay[])[], people: People): Count {
  const together = asked.reduce((product, ways) => product * ways.length, 1);
  let best: Count | undefined;
  if (together > MOST_WAYS_TOGETHER) return { needed: 0, given: 0 };
  const visit = (step: number, way: VoteWay): void => {
    if (best !== undefined && best.given === best.needed) return;
    const ways = asked[step];
    if (ways === undefined) {
      const count = { needed: sizeOf(way), given: agreements(way, people) };
      if (best === undefined || count.needed - count.given < best.needed - best.given) best = count;
    } else for (const next of ways) visit(step + 1, [...way, ...next]);
  };
  visit(0, []);
  return best ?? { needed: 0, given: 0 };
}

/** As many agreements as people can give: each person one, each role of a group once. */
function agreements(way: VoteWay, people: People): number {
  const flow = new Flow();
  for (const [person, roles] of people) {
    flow.add('from', `person ${person}`, 1);
    for (const [i, group] of way.entries())
      for (const role of group.roles)
        if (roles.has(role)) flow.add(`person ${person}`, `seat ${i} ${role}`, 1);
  }
  for (const [i, { roles, count }] of way.entries()) {
    for (const role of new Set(roles)) flow.add(`seat ${i} ${role}`, `group ${i}`, 1);
    flow.add(`group ${i}`, 'to', count);
  }
  return flow.most();
}

/** The most that goes from `from` to `to` (Edmonds and Karp 1972). */
class Flow {
  readonly #left = new Map<string, Map<string, number>>();

  add(from: string, to: string, capacity: number): void {
    this.#edges(from).set(to, capacity);
    if (!this.#edges(to).has(from)) this.#edges(to).set(from, 0);
  }

  most(): number {
    let sum = 0;
    while (this.#augment()) sum += 1;
    return sum;
  }

  /** Finds a way with something left on it and takes one; what was taken may be given back. */
  #augment(): boolean {
    const before = new Map<string, string>([['from', '']]);
    const queue = ['from'];
    for (let node = queue.shift(); node !== undefined && !before.has('to'); node = queue.shift())
      for (const [next, left] of this.#edges(node)) {
        if (left === 0 || before.has(next)) continue;
        before.set(next, node);
        queue.push(next);
      }
    if (!before.has('to')) return false;
    for (let node = 'to'; node !== 'from'; ) {
      const last = before.get(node) as string;
      this.#edges(last).set(node, (this.#edges(last).get(node) ?? 0) - 1);
      this.#edges(node).set(last, (this.#edges(node).get(last) ?? 0) + 1);
      node = last;
    }
    return true;
  }

  #edges(node: string): Map<string, number> {
    const found = this.#left.get(node) ?? new Map<string, number>();
    this.#left.set(node, found);
    return found;
  }
}

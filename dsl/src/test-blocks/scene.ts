import type { CheckedGiven, CheckedTest, GivenFields } from '../check/blocks/tests.ts';
import { lower } from '../ir/lower.ts';
import type { Expr } from '../language/ast.ts';
import { inputsOf } from '../program/gate/gate.ts';
import type { Runtime } from '../program/runtime.ts';
import { environmentOf } from '../program/runtime.ts';
import { evaluateIn } from '../reference/evaluate.ts';
import { present, type RecordType, type Type } from '../types/type.ts';
import { type Border, borderOf, leave } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';
import { fixtureOf, overlay } from './fixture.ts';

type Plain = Record<string, unknown>;

/** The facts, the settings and the clock of a test while it is played. */
export class Scene {
  readonly facts: Plain = {};
  readonly settings: Plain;
  readonly zone: string;
  now: number;
  readonly #test: CheckedTest;
  readonly #runtime: Runtime;

  constructor(
    test: CheckedTest,
    settings: RecordType,
    runtime: Runtime,
    now: number,
    zone: string,
  ) {
    this.#test = test;
    this.#runtime = runtime;
    this.now = now;
    this.zone = zone;
    for (const [name, type] of test.roots) this.facts[name] = fixtureOf(type, this.moment);
    this.settings = fixtureOf(settings, this.moment) as Plain;
  }

  get moment(): Date {
    return new Date(this.now);
  }

  /** What expressions of the test read. */
  get environment(): Environment {
    const inputs = inputsOf(this.facts, this.settings);
    const clock = { now: this.moment, zone: this.zone };
    return environmentOf(inputs, clock, this.#runtime.natives);
  }

  /** Puts a value where a `given` says. */
  give({ clause, target, typing }: CheckedGiven): void {
    const type = clause.value.kind === 'missing' ? undefined : target.type;
    const given = this.#valueOf(clause.value, typing, type);
    if (target.root === 'settings') put(this.settings, target.fields, given);
    else if (target.listFact === undefined) this.#place(this.facts, target.root, target, given);
    else {
      const list = this.facts[target.listFact];
      const slot: Plain = { element: Array.isArray(list) ? list[0] : undefined };
      this.#place(slot, 'element', target, given);
      this.facts[target.listFact] = [slot.element];
    }
  }

  /** An event's data, or what is expected of an action: the fields given, as plain data. */
  fields({ value, type, typing }: GivenFields): Plain {
    const given: Plain = {};
    for (const { name, value: field } of value?.fields ?? []) {
      const fieldType = type.fields.get(name);
      if (fieldType !== undefined) given[name] = this.#valueOf(field, typing, fieldType);
    }
    return given;
  }

  /** The fields given, laid over what is assumed of the others. */
  event(fields: GivenFields): Plain {
    const base = fixtureOf(fields.type, this.moment);
    return overlay(base, this.fields(fields), fields.type, this.moment) as Plain;
  }

  #valueOf(expr: Expr, typing: CheckedGiven['typing'], type: Type | undefined): unknown {
    const body = lower(expr, typing);
    const file = this.#test.reporter.file;
    const reference = { units: this.#runtime.units, environment: this.environment };
    const found = evaluateIn(body, file, [], reference);
    if (found instanceof Fault) return null;
    const border: Border = borderOf(type ?? body.type);
    return leave(found, border);
  }

  #place(facts: Plain, key: string, target: CheckedGiven['target'], given: unknown): void {
    const { listFact, root, fields } = target;
    const { roots } = this.#test;
    const listType = listFact === undefined ? undefined : roots.get(listFact);
    const rootType = listType?.kind === 'list' ? listType.of : (roots.get(root) ?? target.type);
    const base = facts[key] ?? fixtureOf(present(rootType), this.moment);
    if (fields.length === 0) {
      facts[key] = overlay(base, given, rootType, this.moment);
      return;
    }
    const record = { ...(base as Plain) };
    put(record, fields, overlay(undefined, given, target.type, this.moment));
    facts[key] = record;
  }
}

/** Puts a value at a path, making records on the way. */
function put(target: Plain, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = Object.hasOwn(target, first) ? target[first] : undefined;
  const record = typeof inner === 'object' && inner !== null ? { ...(inner as Plain) } : {};
  target[first] = record;
  put(record, rest, value);
}

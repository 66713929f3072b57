import type { ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type { EventRef, Expr, NameNode, NumberNode, PathNode, TriggerNode } from './ast.ts';
import { ClauseGrammar } from './clause-grammar.ts';
import { nameNode } from './nodes.ts';
import { Contextual, Reserved, Word } from './tokens.ts';

const C = Contextual;
const R = Reserved;

/** A trigger, or where an event was expected and something else stands. */
export interface RawTriggerClause {
  readonly kind: 'trigger';
  readonly trigger: TriggerNode | { readonly kind: 'no event'; readonly span: Span };
  readonly condition: Expr | undefined;
}

/** What sets an automation or an alert going. */
export class TriggerGrammar extends ClauseGrammar {
  protected readonly triggerClause: ParserMethod<[], RawTriggerClause> = this.RULE(
    'triggerClause',
    (): RawTriggerClause => {
      let condition: Expr | undefined;
      this.CONSUME(C.when);
      const trigger = this.OR({
        // `no` is a name too; at the beginning of a trigger it is the keyword.
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.absence) },
          { ALT: () => this.SUBRULE(this.repetition) },
          { ALT: () => this.SUBRULE(this.occurrence) },
        ],
      });
      this.OPTION(() => {
        this.CONSUME(R.if);
        condition = this.SUBRULE(this.expression);
      });
      return { kind: 'trigger', trigger, condition };
    },
  );

  private readonly absence: ParserMethod<[], TriggerNode> = this.RULE(
    'absence',
    (): TriggerNode => {
      this.CONSUME(C.no);
      const event = this.SUBRULE(this.eventRef);
      this.CONSUME(R.for);
      const duration = this.SUBRULE(this.duration);
      return { kind: 'absence', event, duration, ...this.SUBRULE(this.filter) };
    },
  );

  private readonly repetition: ParserMethod<[], TriggerNode> = this.RULE(
    'repetition',
    (): TriggerNode => {
      const times: NumberNode = this.SUBRULE(this.count);
      this.CONSUME(C.times);
      const event = this.SUBRULE(this.eventRef);
      this.CONSUME(R.in);
      this.CONSUME(C.last);
      const window = this.SUBRULE(this.duration);
      return { kind: 'count', times, event, window, ...this.SUBRULE(this.filter) };
    },
  );

  private readonly eventRef: ParserMethod<[], EventRef> = this.RULE('eventRef', (): EventRef => {
    const path = this.SUBRULE(this.path);
    return { path, alias: this.SUBRULE(this.alias) };
  });

  private readonly alias: ParserMethod<[], NameNode | undefined> = this.RULE('alias', () =>
    this.OPTION(() => {
      this.CONSUME(C.as);
      return nameNode(this.CONSUME(Word));
    }),
  );

  private readonly filter: ParserMethod<
    [],
    { readonly where: Expr | undefined; readonly per: Expr | undefined }
  > = this.RULE('filter', () => {
    let where: Expr | undefined;
    let per: Expr | undefined;
    this.OPTION(() => {
      this.CONSUME(R.where);
      where = this.SUBRULE(this.expression);
    });
    this.OPTION2(() => {
      this.CONSUME(C.per);
      per = this.SUBRULE2(this.expression);
    });
    return { where, per };
  });

  /** An event or a condition: which of them, only what follows tells. */
  private readonly occurrence: ParserMethod<[], RawTriggerClause['trigger']> = this.RULE(
    'occurrence',
    (): RawTriggerClause['trigger'] => {
      const first = this.SUBRULE(this.expression);
      return this.OR([
        {
          ALT: (): RawTriggerClause['trigger'] => {
            this.CONSUME(C.becomes);
            this.CONSUME(R.true);
            return { kind: 'becomes', condition: first };
          },
        },
        {
          ALT: (): RawTriggerClause['trigger'] => {
            this.CONSUME(C.stays);
            this.CONSUME2(R.true);
            this.CONSUME(R.for);
            return { kind: 'stays', condition: first, duration: this.SUBRULE(this.duration) };
          },
        },
        {
          ALT: (): RawTriggerClause['trigger'] => {
            const alias = this.SUBRULE(this.alias);
            const second = this.OPTION(() => {
              this.CONSUME(R.then);
              const event = this.SUBRULE(this.eventRef);
              this.CONSUME(C.within);
              return { event, within: this.SUBRULE2(this.duration) };
            });
            const { where, per } = this.SUBRULE(this.filter);
            return this.ACTION((): RawTriggerClause['trigger'] => {
              const path = pathIn(first);
              if (path === undefined) return { kind: 'no event', span: first.span };
              const event = { path, alias };
              if (second === undefined) return { kind: 'event', event, where, per };
              const { event: then, within } = second;
              return { kind: 'sequence', first: event, second: then, within, where, per };
            });
          },
        },
      ]);
    },
  );
}

/** `relay.input` was read as an expression before it was known to be the name of an event. */
function pathIn(expr: Expr): PathNode | undefined {
  if (expr.kind === 'name') {
    return { kind: 'path', parts: [expr], text: expr.name, span: expr.span };
  }
  if (expr.kind !== 'field') return undefined;
  const before = pathIn(expr.target);
  if (before === undefined) return undefined;
  const part: NameNode = { kind: 'name', name: expr.name, quoted: false, span: expr.nameSpan };
  const text = `${before.text}.${expr.name}`;
  return { kind: 'path', parts: [...before.parts, part], text, span: expr.span };
}

import type { ParserMethod } from 'chevrotain';
import type {
  ConditionClause,
  GrainNode,
  LetClause,
  NameNode,
  OverClause,
  ResultClause,
  TermClause,
  ToleranceClause,
} from './ast.ts';
import { type Bare, ClauseGrammar, type RawTextClause } from './clause-grammar.ts';
import { nameNode } from './nodes.ts';
import { Colon, Comma, Contextual, Equal, Reserved, Word } from './tokens.ts';

const C = Contextual;
const R = Reserved;

export type RawKpiClause =
  | Bare<OverClause | ConditionClause | LetClause | ResultClause>
  | RawTextClause;
export type RawBalanceClause = Bare<TermClause | ToleranceClause> | RawTextClause;

/** Blocks that compute figures: kpi and balance. */
export class FigureGrammar extends ClauseGrammar {
  readonly kpiHead: ParserMethod<[], { name: NameNode; grain: GrainNode[] }> = this.RULE(
    'kpiHead',
    () => {
      const grain: GrainNode[] = [];
      this.CONSUME(C.kpi);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(C.per);
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          const record = nameNode(this.CONSUME2(Word));
          const source = this.OPTION(() => {
            this.CONSUME(R.in);
            return this.SUBRULE(this.path);
          });
          grain.push({ name: record, source });
        },
      });
      return { name, grain };
    },
  );

  readonly kpiClause: ParserMethod<[], RawKpiClause> = this.RULE(
    'kpiClause',
    (): RawKpiClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.overClause) },
        { ALT: () => this.SUBRULE(this.conditionClause) },
        { ALT: () => this.SUBRULE(this.letClause) },
        { ALT: () => this.SUBRULE(this.resultClause) },
        { ALT: () => this.SUBRULE(this.textClause) },
      ]),
  );

  private readonly overClause: ParserMethod<[], Bare<OverClause>> = this.RULE(
    'overClause',
    (): Bare<OverClause> => {
      this.CONSUME(C.over);
      return { kind: 'over', path: this.SUBRULE(this.path) };
    },
  );

  private readonly letClause: ParserMethod<[], Bare<LetClause>> = this.RULE(
    'letClause',
    (): Bare<LetClause> => {
      this.CONSUME(C.let);
      const name = nameNode(this.CONSUME(Word));
      const type = this.OPTION(() => {
        this.CONSUME(Colon);
        return this.SUBRULE(this.type);
      });
      this.CONSUME(Equal);
      return { kind: 'let', name, type, value: this.SUBRULE(this.expression) };
    },
  );

  private readonly resultClause: ParserMethod<[], Bare<ResultClause>> = this.RULE(
    'resultClause',
    (): Bare<ResultClause> => {
      this.CONSUME(C.result);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(Colon);
      const type = this.SUBRULE(this.type);
      this.CONSUME(Equal);
      return { kind: 'result', name, type, value: this.SUBRULE(this.expression) };
    },
  );

  readonly balanceHead: ParserMethod<[], { name: NameNode; record: NameNode }> = this.RULE(
    'balanceHead',
    () => {
      this.CONSUME(C.balance);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(R.of);
      return { name, record: nameNode(this.CONSUME2(Word)) };
    },
  );

  readonly balanceClause: ParserMethod<[], RawBalanceClause> = this.RULE(
    'balanceClause',
    (): RawBalanceClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.termClause) },
        { ALT: () => this.SUBRULE(this.toleranceClause) },
        { ALT: () => this.SUBRULE(this.textClause) },
      ]),
  );

  private readonly termClause: ParserMethod<[], Bare<TermClause>> = this.RULE(
    'termClause',
    (): Bare<TermClause> => {
      const side = this.OR([
        { ALT: () => (this.CONSUME(R.in), 'in' as const) },
        { ALT: () => (this.CONSUME(C.input), 'in' as const) },
        { ALT: () => (this.CONSUME(C.out), 'out' as const) },
        { ALT: () => (this.CONSUME(C.rest), 'rest' as const) },
      ]);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(Equal);
      return { kind: 'term', side, name, value: this.SUBRULE(this.expression) };
    },
  );

  private readonly toleranceClause: ParserMethod<[], Bare<ToleranceClause>> = this.RULE(
    'toleranceClause',
    (): Bare<ToleranceClause> => {
      this.CONSUME(C.tolerance);
      return { kind: 'tolerance', value: this.SUBRULE(this.expression) };
    },
  );
}

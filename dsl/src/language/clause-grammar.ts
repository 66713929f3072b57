import type { IOrAlt, IToken, ParserMethod } from 'chevrotain';
import type { Span } from '../source/text.ts';
import type {
  ActionGroups,
  ActionNode,
  ConditionClause,
  DoClause,
  FailureClause,
  MomentNode,
  NameNode,
  NumberNode,
  OnClause,
  PathNode,
  RecordNode,
  TextNode,
} from './ast.ts';
import { ExpressionGrammar } from './expression-grammar.ts';
import { tokenEnd } from './lex.ts';
import { between, nameNode, spanOf, unescapeText } from './nodes.ts';
import { PlacedEntry, PlacedNumber, PlacedUnit } from './placed.ts';
import {
  Colon,
  Comma,
  Contextual,
  LParen,
  Minus,
  NumberLiteral,
  Reserved,
  RParen,
  TextLiteral,
  TimeLiteral,
  Unit,
  Word,
} from './tokens.ts';

const C = Contextual;

/** A clause before its span is known: that of its run of tokens. */
export type Bare<T extends { span: Span }> = T extends unknown ? Omit<T, 'span'> : never;

/** A `message` or `remedy` before its text is split at the `{expressions}`. */
export interface RawTextClause {
  readonly kind: 'message' | 'remedy';
  readonly language: string | undefined;
  readonly text: IToken;
}

/** What the clauses of several blocks are made of. */
export class ClauseGrammar extends ExpressionGrammar {
  /** `uz-cyrl` is read as two words and a sign. */
  protected readonly languageTag: ParserMethod<[], { tag: string; span: Span }> = this.RULE(
    'languageTag',
    () => {
      const first = this.CONSUME(Word);
      const more = this.OPTION(() => {
        this.CONSUME(Minus);
        return this.CONSUME2(Word);
      });
      return this.ACTION(() => {
        const { start, end } = spanOf(first);
        if (more === undefined) return { tag: first.image, span: { start, end } };
        return { tag: `${first.image}-${more.image}`, span: { start, end: spanOf(more).end } };
      });
    },
  );

  /** `a, b, c`. */
  protected readonly names: ParserMethod<[], NameNode[]> = this.RULE('names', () => {
    const found: NameNode[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => found.push(nameNode(this.CONSUME(Word))),
    });
    return found;
  });

  /** `10 min`. */
  protected readonly duration: ParserMethod<[], NumberNode> = this.RULE(
    'duration',
    (): NumberNode => {
      const token = this.CONSUME(NumberLiteral);
      const unit = this.CONSUME(Unit);
      return this.ACTION((): NumberNode => {
        const end = tokenEnd(unit);
        const written = new PlacedUnit(unit.image, unit.startOffset, end);
        const value = Number(token.image.replaceAll('_', ''));
        return new PlacedNumber(value, written, token.startOffset, end);
      });
    },
  );

  /** A count, without a unit. */
  protected readonly count: ParserMethod<[], NumberNode> = this.RULE('count', (): NumberNode => {
    const token = this.CONSUME(NumberLiteral);
    const value = Number(token.image.replaceAll('_', ''));
    return this.ACTION(
      (): NumberNode => new PlacedNumber(value, undefined, token.startOffset, tokenEnd(token)),
    );
  });

  protected readonly plainText: ParserMethod<[], TextNode> = this.RULE(
    'plainText',
    (): TextNode => {
      const token = this.CONSUME(TextLiteral);
      return { kind: 'text', value: unescapeText(token.image), span: spanOf(token) };
    },
  );

  protected readonly times: ParserMethod<[], MomentNode[]> = this.RULE('times', () => {
    const found: MomentNode[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => {
        const token = this.CONSUME(TimeLiteral);
        found.push({ kind: 'time', text: token.image, span: spanOf(token) });
      },
    });
    return found;
  });

  protected readonly onClause: ParserMethod<[], Bare<OnClause>> = this.RULE(
    'onClause',
    (): Bare<OnClause> => {
      const points: { path: PathNode; each: NameNode | undefined }[] = [];
      this.CONSUME(C.on);
      this.AT_LEAST_ONE_SEP({
        SEP: Comma,
        DEF: () => {
          const path = this.SUBRULE(this.path);
          const each = this.OPTION(() => {
            this.CONSUME(C.each);
            return nameNode(this.CONSUME(Word));
          });
          points.push({ path, each });
        },
      });
      return { kind: 'on', points };
    },
  );

  protected readonly conditionClause: ParserMethod<[], Bare<ConditionClause>> = this.RULE(
    'conditionClause',
    (): Bare<ConditionClause> => {
      const word = this.OR([
        { ALT: () => (this.CONSUME(C.when), 'when' as const) },
        { ALT: () => (this.CONSUME(Reserved.if), 'if' as const) },
        { ALT: () => (this.CONSUME(Reserved.where), 'where' as const) },
      ]);
      return { kind: 'condition', word, condition: this.SUBRULE(this.expression) };
    },
  );

  private readonly textKinds: IOrAlt<RawTextClause['kind']>[] = [
    { ALT: () => (this.CONSUME(C.message), 'message') },
    { ALT: () => (this.CONSUME(C.remedy), 'remedy') },
  ];
  protected readonly textClause: ParserMethod<[], RawTextClause> = this.RULE(
    'textClause',
    (): RawTextClause => {
      const kind = this.OR(this.textKinds);
      const language = this.OPTION(() => this.SUBRULE(this.languageTag))?.tag;
      return { kind, language, text: this.CONSUME(TextLiteral) };
    },
  );

  // --- actions ---------------------------------------------------------------------------------------

  protected readonly doClause: ParserMethod<[], Bare<DoClause>> = this.RULE(
    'doClause',
    (): Bare<DoClause> => {
      this.CONSUME(C.do);
      return { kind: 'do', actions: this.SUBRULE(this.actionGroups) };
    },
  );

  protected readonly failureClause: ParserMethod<[], Bare<FailureClause>> = this.RULE(
    'failureClause',
    (): Bare<FailureClause> => {
      this.CONSUME(C.on);
      this.CONSUME(C.failure);
      this.CONSUME(C.do);
      return { kind: 'failure', actions: this.SUBRULE(this.actionGroups) };
    },
  );

  protected readonly actionGroups: ParserMethod<[], ActionGroups> = this.RULE(
    'actionGroups',
    (): ActionGroups => {
      const groups: ActionNode[][] = [];
      this.AT_LEAST_ONE_SEP({
        SEP: Reserved.then,
        DEF: () => {
          const group: ActionNode[] = [];
          this.AT_LEAST_ONE_SEP2({
            SEP: Comma,
            DEF: () => group.push(this.SUBRULE(this.action)),
          });
          groups.push(group);
        },
      });
      return groups;
    },
  );

  private readonly action: ParserMethod<[], ActionNode> = this.RULE('action', (): ActionNode => {
    const args: RecordNode['fields'][number][] = [];
    const path = this.SUBRULE(this.path);
    this.CONSUME(LParen);
    this.MANY_SEP({
      SEP: Comma,
      DEF: () => {
        const name = nameNode(this.CONSUME(Word));
        this.CONSUME(Colon);
        const value = this.SUBRULE(this.expression);
        args.push(new PlacedEntry(name.name, value, name.start, name.end));
      },
    });
    const end = this.CONSUME(RParen);
    return this.ACTION(
      (): ActionNode => ({ kind: 'action', path, args, span: between(path.span, spanOf(end)) }),
    );
  });
}

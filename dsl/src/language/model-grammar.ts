import type { ParserMethod } from 'chevrotain';
import type {
  AccessClause,
  ButtonClause,
  Expr,
  FieldClause,
  FieldsClause,
  KeyClause,
  LabelClause,
  ListClause,
  MoveClause,
  NameNode,
  ShowClause,
  SourceClause,
  StatesClause,
  TitleClause,
} from './ast.ts';
import { type Bare, ClauseGrammar } from './clause-grammar.ts';
import { nameNode } from './nodes.ts';
import { Colon, Contextual, Reserved, Word } from './tokens.ts';

const C = Contextual;
const R = Reserved;

export type RawEntityClause = Bare<
  TitleClause | LabelClause | FieldClause | StatesClause | MoveClause | KeyClause | AccessClause
>;
export type RawScreenClause = Bare<
  SourceClause | TitleClause | ShowClause | FieldsClause | ListClause | ButtonClause
>;

/** Blocks that describe what the plant itself keeps and shows: entity, screen. */
export class ModelGrammar extends ClauseGrammar {
  constructor(validate = false) {
    super(validate);
    this.performSelfAnalysis();
  }

  readonly entityHead: ParserMethod<[], { name: NameNode }> = this.RULE('entityHead', () => {
    this.CONSUME(C.entity);
    return { name: nameNode(this.CONSUME(Word)) };
  });

  readonly entityClause: ParserMethod<[], RawEntityClause> = this.RULE(
    'entityClause',
    (): RawEntityClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.titleClause) },
        { ALT: () => this.SUBRULE(this.labelClause) },
        { ALT: () => this.SUBRULE(this.fieldClause) },
        { ALT: () => this.SUBRULE(this.moveClause) },
        {
          ALT: (): RawEntityClause => {
            this.CONSUME(C.states);
            return { kind: 'states', names: this.SUBRULE(this.names) };
          },
        },
        {
          ALT: (): RawEntityClause => {
            this.CONSUME(C.key);
            return { kind: 'key', names: this.SUBRULE2(this.names) };
          },
        },
        {
          ALT: (): RawEntityClause => {
            const kind = this.OR2([
              { ALT: () => (this.CONSUME(C.read), 'read' as const) },
              { ALT: () => (this.CONSUME(C.write), 'write' as const) },
            ]);
            this.CONSUME(C.by);
            return { kind, roles: this.SUBRULE3(this.names) };
          },
        },
      ]),
  );

  private readonly titleClause: ParserMethod<[], Bare<TitleClause>> = this.RULE(
    'titleClause',
    (): Bare<TitleClause> => {
      this.CONSUME(C.title);
      const language = this.OPTION(() => this.SUBRULE(this.languageTag))?.tag;
      return { kind: 'title', language, text: this.SUBRULE(this.plainText) };
    },
  );

  private readonly labelClause: ParserMethod<[], Bare<LabelClause>> = this.RULE(
    'labelClause',
    (): Bare<LabelClause> => {
      this.CONSUME(C.label);
      const name = nameNode(this.CONSUME(Word));
      const language = this.OPTION(() => this.SUBRULE(this.languageTag))?.tag;
      return { kind: 'label', name, language, text: this.SUBRULE(this.plainText) };
    },
  );

  private readonly fieldClause: ParserMethod<[], Bare<FieldClause>> = this.RULE(
    'fieldClause',
    (): Bare<FieldClause> => {
      let unique = false;
      let step: Expr | undefined;
      let initial: Expr | undefined;
      this.CONSUME(C.field);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(Colon);
      const type = this.SUBRULE(this.type);
      this.MANY(() =>
        this.OR([
          {
            ALT: () => {
              this.CONSUME(C.unique);
              unique = true;
            },
          },
          {
            ALT: () => {
              this.CONSUME(C.step);
              step = this.SUBRULE(this.expression);
            },
          },
          {
            ALT: () => {
              this.CONSUME(C.default);
              initial = this.SUBRULE2(this.expression);
            },
          },
        ]),
      );
      return { kind: 'field', name, type, unique, step, initial };
    },
  );

  private readonly moveClause: ParserMethod<[], Bare<MoveClause>> = this.RULE(
    'moveClause',
    (): Bare<MoveClause> => {
      let roles: readonly NameNode[] = [];
      let condition: Expr | undefined;
      this.CONSUME(C.move);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(C.from);
      const from = this.SUBRULE(this.names);
      this.CONSUME(C.to);
      const to = nameNode(this.CONSUME2(Word));
      this.OPTION(() => {
        this.CONSUME(C.by);
        roles = this.SUBRULE2(this.names);
      });
      this.OPTION2(() => {
        this.CONSUME(C.when);
        condition = this.SUBRULE(this.expression);
      });
      return { kind: 'move', name, from, to, roles, condition };
    },
  );

  // --- screen ----------------------------------------------------------------------------------------

  readonly screenHead: ParserMethod<[], { name: NameNode; roles: NameNode[] }> = this.RULE(
    'screenHead',
    () => {
      this.CONSUME(C.screen);
      const name = nameNode(this.CONSUME(Word));
      this.CONSUME(R.for);
      return { name, roles: this.SUBRULE(this.names) };
    },
  );

  readonly screenClause: ParserMethod<[], RawScreenClause> = this.RULE(
    'screenClause',
    (): RawScreenClause =>
      this.OR([
        { ALT: () => this.SUBRULE(this.sourceClause) },
        { ALT: () => this.SUBRULE(this.titleClause) },
        { ALT: () => this.SUBRULE(this.listClause) },
        { ALT: () => this.SUBRULE(this.buttonClause) },
        {
          ALT: (): RawScreenClause => {
            this.CONSUME(C.show);
            const names = this.SUBRULE(this.names);
            const large = this.OPTION(() => this.CONSUME(C.large)) !== undefined;
            return { kind: 'show', names, large };
          },
        },
        {
          ALT: (): RawScreenClause => {
            this.CONSUME(C.fields);
            return { kind: 'fields', names: this.SUBRULE2(this.names) };
          },
        },
        {
          ALT: (): RawScreenClause => {
            this.CONSUME(C.filter);
            return { kind: 'filter', names: this.SUBRULE3(this.names) };
          },
        },
      ]),
  );

  private readonly sourceClause: ParserMethod<[], Bare<SourceClause>> = this.RULE(
    'sourceClause',
    (): Bare<SourceClause> => {
      const kind = this.OR([
        { ALT: () => (this.CONSUME(C.record), 'record' as const) },
        { ALT: () => (this.CONSUME(C.operation), 'operation' as const) },
      ]);
      return { kind, path: this.SUBRULE(this.path) };
    },
  );

  private readonly listClause: ParserMethod<[], Bare<ListClause>> = this.RULE(
    'listClause',
    (): Bare<ListClause> => {
      let where: Expr | undefined;
      let columns: readonly NameNode[] = [];
      let sort: { by: NameNode; down: boolean } | undefined;
      this.CONSUME(C.list);
      const path = this.SUBRULE(this.path);
      this.OPTION(() => {
        this.CONSUME(R.where);
        where = this.SUBRULE(this.expression);
      });
      this.OPTION2(() => {
        this.CONSUME(C.columns);
        columns = this.SUBRULE(this.names);
      });
      this.OPTION3(() => {
        this.CONSUME(C.sort);
        this.CONSUME(C.by);
        const by = nameNode(this.CONSUME(Word));
        sort = { by, down: this.OPTION4(() => this.CONSUME(C.down)) !== undefined };
      });
      return { kind: 'list', path, where, columns, sort };
    },
  );

  private readonly buttonClause: ParserMethod<[], Bare<ButtonClause>> = this.RULE(
    'buttonClause',
    (): Bare<ButtonClause> => {
      let condition: Expr | undefined;
      this.CONSUME(C.button);
      const path = this.SUBRULE(this.path);
      const label = this.OPTION(() => this.SUBRULE(this.plainText));
      this.OPTION2(() => {
        this.CONSUME(C.when);
        condition = this.SUBRULE(this.expression);
      });
      return { kind: 'button', path, label, condition };
    },
  );
}

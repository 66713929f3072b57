import type { Block, FormulaBlock, KpiBlock } from '../language/ast.ts';
import type { KeywordKey } from '../language/keywords.ts';
import { commaList, concat, type Doc, group, indent, soft, wrapped } from './doc.ts';
import { lineDoc } from './expression.ts';
import { names, path, typed, typeText } from './parts.ts';
import type { Words } from './words.ts';

/** The first line of a block, without its clauses. */
export function headDoc(block: Block, words: Words): Doc {
  const word = (key: KeywordKey) => words.keyword(key);
  switch (block.kind) {
    case 'language':
      return `${word('language')} ${block.tag}`;
    case 'module':
      return `${word('module')} ${path(block.path, words)}${block.bindsAtStart ? bindsText(words) : ''}`;
    case 'requires': {
      const required = block.names.map((name) => path(name, words));
      return concat(`${word('requires')} `, group(indent(commaList(required))));
    }
    case 'formula':
      return formulaDoc(block, words);
    case 'test':
      return `${word('test')} ${words.slice(block.title.span)}`;
    case 'kpi':
      return kpiDoc(block, words);
    case 'balance':
      return `${word('balance')} ${words.name(block.name)} ${word('of')} ${words.name(block.record)}`;
    case 'screen': {
      const head = `${word('screen')} ${words.name(block.name)} ${word('for')} `;
      return concat(head, names(block.roles, words));
    }
    default:
      return `${word(block.kind)} ${words.name(block.name)}`;
  }
}

const bindsText = ({ keyword }: Words): string =>
  ` ${keyword('bind')} ${keyword('at')} ${keyword('start')}`;

function formulaDoc(block: FormulaBlock, words: Words): Doc {
  const params = block.params.map(({ name, type }) =>
    concat(`${words.name(name)}: `, typeText(type, words)),
  );
  const list = params.length === 0 ? '' : concat(indent(concat(soft, commaList(params))), soft);
  const head = `${words.keyword('formula')} ${words.name(block.name)}(`;
  return concat(
    group(concat(head, list, ')', typed(block.type, words), ' =')),
    wrapped(lineDoc(block.body, words)),
  );
}

function kpiDoc(block: KpiBlock, words: Words): Doc {
  const grain = block.grain.map(({ name, source }) =>
    source === undefined
      ? words.name(name)
      : `${words.name(name)} ${words.keyword('in')} ${path(source, words)}`,
  );
  const head = `${words.keyword('kpi')} ${words.name(block.name)} ${words.keyword('per')} `;
  return concat(head, group(indent(commaList(grain))));
}

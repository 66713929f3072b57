import { type DocsOf, doc } from './doc.ts';

/** What stands at the head of a file, and formulas. */
export const HEADS: DocsOf<'language' | 'module' | 'requires' | 'formula'> = {
  language: {
    block: doc(
      'The language the keywords of this file are in.',
      'Bu fayldagi kalit so‘zlar tili.',
      'Язык ключевых слов этого файла.',
    ),
    clauses: {},
  },
  module: {
    block: doc('The name of this module.', 'Bu modulning nomi.', 'Имя этого модуля.'),
    clauses: {},
  },
  requires: {
    block: doc(
      'Plugins this module needs; without them it is switched off.',
      'Modulga kerak plaginlar; ular bo‘lmasa, modul o‘chiriladi.',
      'Плагины, которые нужны модулю; без них он выключен.',
    ),
    clauses: {},
  },
  formula: {
    block: doc(
      'A named calculation with parameters.',
      'Nomi va parametrlari bor hisob.',
      'Именованный расчёт с параметрами.',
    ),
    clauses: {},
  },
};

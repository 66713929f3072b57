import { type DocsOf, doc, MESSAGE } from './doc.ts';

/** What is reckoned. */
export const FIGURES: DocsOf<'kpi' | 'balance'> = {
  kpi: {
    block: doc(
      'A figure for each record, or combination of records.',
      'Har bir yozuv yoki yozuvlar birikmasi uchun ko‘rsatkich.',
      'Показатель по каждой записи или сочетанию записей.',
    ),
    clauses: {
      over: doc(
        'The date that puts a row into a period.',
        'Qatorni davrga kiritadigan sana.',
        'Дата, по которой строка попадает в период.',
      ),
      where: doc(
        'Only these rows are counted.',
        'Faqat shu qatorlar hisoblanadi.',
        'Считаются только эти строки.',
      ),
      let: doc(
        'A step of the calculation, with a name.',
        'Hisobning nomlangan qadami.',
        'Именованный шаг расчёта.',
      ),
      result: doc('A result of each row.', 'Har bir qatorning natijasi.', 'Итог по каждой строке.'),
      message: MESSAGE,
    },
  },
  balance: {
    block: doc(
      'What went in has to be found again in what came out and what is left.',
      'Kirgan narsa chiqqan va qolganga teng bo‘lishi kerak.',
      'Приход должен сойтись с расходом и остатком.',
    ),
    clauses: {
      input: doc('What went in.', 'Kirgan narsa.', 'Что пришло.'),
      out: doc('What came out.', 'Chiqqan narsa.', 'Что ушло.'),
      rest: doc('What is left.', 'Qolgan narsa.', 'Что осталось.'),
      tolerance: doc(
        'How far the two sides may differ.',
        'Ikki tomon qanchaga farq qilishi mumkin.',
        'Насколько стороны могут расходиться.',
      ),
      message: MESSAGE,
    },
  },
};

import type { Texts } from '@qoida/core';

/** Refusals of transfers, snapshots and the ledger. */
export const stockMessages: Readonly<Record<string, Texts>> = {
  stock_agrees: {
    uz: 'Hisobda ham shuncha: {book_kg} kg.',
    ru: 'По учёту столько же: {book_kg} кг.',
    en: 'The book has the same: {book_kg} kg.',
  },
  insufficient_stock: {
    uz: '{location}da {item} ({batch_no}) hisobda {book_kg}, kerak {needed_kg}. Qoldiqni sanab tuzating.',
    ru: 'В {location} по {item} ({batch_no}) числится {book_kg}, нужно {needed_kg}. Сделайте корректировку.',
    en: '{location} has {book_kg} of {item} ({batch_no}) on the book, {needed_kg} is needed. Count and correct it.',
  },
  batch_unknown: {
    uz: '{material} materialining {batch_no} partiyasi yo‘q.',
    ru: 'У материала {material} нет партии {batch_no}.',
    en: '{material} has no batch {batch_no}.',
  },
  batch_missing: {
    uz: 'Material partiya raqami bilan yoziladi.',
    ru: 'У материала должен быть номер партии.',
    en: 'A material needs its batch number.',
  },
  line_unknown: {
    uz: 'Ko‘chirishda bunday qator yo‘q: {material}, {batch_no}.',
    ru: 'В перемещении нет такой строки: {material}, {batch_no}.',
    en: 'The transfer has no line {material}, {batch_no}.',
  },
  line_received: {
    uz: 'Bu qator qabul qilingan: {material}, {batch_no}.',
    ru: 'Эта строка уже принята: {material}, {batch_no}.',
    en: 'This line has been received already: {material}, {batch_no}.',
  },
  line_repeated: {
    uz: 'Bir partiya ikki qatorda: {material}, {batch_no}. Bitta qator qoldiring.',
    ru: 'Одна партия в двух строках: {material}, {batch_no}. Оставьте одну.',
    en: 'One batch stands in two lines: {material}, {batch_no}. Keep one.',
  },
  lines_incomplete: {
    uz: 'Ko‘chirishning har bir qatorini torting: {expected} ta kerak, {given} ta berildi.',
    ru: 'Взвесьте каждую строку перемещения: нужно {expected}, дано {given}.',
    en: 'Weigh every line of the transfer: {expected} are needed, {given} are given.',
  },
  already_completed: {
    uz: 'Bu ko‘chirish yo‘lda emas (holati: {status}).',
    ru: 'Это перемещение уже не в пути (состояние: {status}).',
    en: 'This transfer is no longer on its way (it is {status}).',
  },
  no_discrepancy: {
    uz: 'Bu ko‘chirishda qabul qilinadigan farq yo‘q.',
    ru: 'В этом перемещении нет расхождения.',
    en: 'This transfer has no difference to accept.',
  },
  request_not_open: {
    uz: 'So‘rov ochiq emas (holati: {status}).',
    ru: 'Заявка не открыта (состояние: {status}).',
    en: 'The request is not open (it is {status}).',
  },
  request_empty: {
    uz: 'Materiallarni yoki e’lon qilingan retseptli mahsulotni ko‘rsating.',
    ru: 'Укажите материалы или продукт с опубликованным рецептом.',
    en: 'Name the materials, or a product with a published recipe.',
  },
  opening_exists: {
    uz: 'Bu qoldiq {opened} bilan ochilgan.',
    ru: 'Этот остаток уже открыт: {opened}.',
    en: 'This item was opened with {opened}.',
  },
  item_type_mismatch: {
    uz: 'Qator turi material toifasiga mos emas.',
    ru: 'Тип строки не подходит категории материала.',
    en: 'The kind of the line does not fit the material’s category.',
  },
  code_unknown: {
    uz: 'Bunday kod yo‘q: {value}.',
    ru: 'Такого кода нет: {value}.',
    en: 'There is no code {value}.',
  },
  weighing_source: {
    uz: 'Tarozini yoki oldin tortilgan og‘irlikni ko‘rsating, faqat bittasini.',
    ru: 'Укажите весы или ранее взятый вес, что-то одно.',
    en: 'Name a scale or a weight taken before, one of them.',
  },
  weighing_twice: {
    uz: '{device} tarozisi bir chaqiruvda bitta qatorga xizmat qiladi. Har qatorni alohida torting.',
    ru: 'Весы {device} служат одной строке за вызов. Взвешивайте строки по одной.',
    en: 'Scale {device} serves one line of a call. Weigh line by line.',
  },
  typed_weight: {
    uz: 'Og‘irlik qo‘lda yozilmaydi, u tarozidan olinadi.',
    ru: 'Вес не вводится вручную, он берётся с весов.',
    en: 'A weight isn’t typed, it comes from the scale.',
  },
};

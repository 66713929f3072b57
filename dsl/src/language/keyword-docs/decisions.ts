import { type DocsOf, doc, MESSAGE } from './doc.ts';

const REMEDY = doc(
  'What the reader can do about it.',
  'Buni qanday tuzatish mumkin.',
  'Что с этим можно сделать.',
);
const ON = doc(
  'The operations at which this stands.',
  'Bu qaysi amallarda turadi.',
  'При каких операциях это действует.',
);

/** What decides whether an operation may happen. */
export const DECISIONS: DocsOf<'gate' | 'approval'> = {
  gate: {
    block: doc(
      'Refuses, pauses, holds or warns at an operation.',
      'Amalni to‘xtatadi, ushlab turadi yoki ogohlantiradi.',
      'Запрещает операцию, приостанавливает, удерживает или предупреждает.',
    ),
    clauses: {
      on: ON,
      block: doc(
        'Refuses the operation when this holds.',
        'Shart bajarilsa, amalga yo‘l qo‘ymaydi.',
        'Запрещает операцию, когда условие верно.',
      ),
      pause: doc(
        'Refuses and pauses the record; with `after` accepts first.',
        'Yo‘l qo‘ymaydi va yozuvni to‘xtatadi; `soʻng` bilan — avval qabul qiladi.',
        'Запрещает и приостанавливает запись; с «после» сначала принимает.',
      ),
      hold: doc(
        'Refuses and puts the record on hold.',
        'Yo‘l qo‘ymaydi va yozuvni ushlab turadi.',
        'Запрещает и удерживает запись.',
      ),
      warn: doc('Only says so.', 'Faqat ogohlantiradi.', 'Только предупреждает.'),
      answer: doc(
        'The error code of the refusal, with figures.',
        'Rad javobining kodi va raqamlari.',
        'Код отказа и цифры к нему.',
      ),
      message: MESSAGE,
      remedy: REMEDY,
      release: doc(
        'Who may let it pass, and until when that holds.',
        'Kim ochishi mumkin va bu qachongacha amal qiladi.',
        'Кто может снять запрет и до каких пор.',
      ),
    },
  },
  approval: {
    block: doc(
      'People who have to agree before an operation runs or a state is left.',
      'Amal bajarilishidan yoki holat o‘zgarishidan oldin kimlar rozi bo‘lishi kerak.',
      'Кто должен согласиться, прежде чем операция выполнится или состояние сменится.',
    ),
    clauses: {
      on: ON,
      of: doc(
        'The record whose state waits.',
        'Holati kutadigan yozuv.',
        'Запись, состояние которой ждёт.',
      ),
      steps: doc(
        'Who agrees, step by step.',
        'Kimlar, qaysi tartibda rozi bo‘ladi.',
        'Кто и в каком порядке согласует.',
      ),
      when: doc(
        'Only then an approval is needed.',
        'Tasdiq faqat shunda kerak.',
        'Только тогда нужно согласование.',
      ),
      expires: doc(
        'After this time the request is void.',
        'Shu vaqtdan keyin so‘rov bekor bo‘ladi.',
        'По истечении этого времени запрос недействителен.',
      ),
      own: doc(
        'Roles that may decide on what they asked for themselves.',
        'O‘zi so‘ragan ishni o‘zi hal qila oladigan rollar.',
        'Роли, которые могут решать по своему же запросу.',
      ),
      approved: doc(
        'What is done then.',
        'Tasdiqlansa, nima bajariladi.',
        'Что делать, если одобрено.',
      ),
      rejected: doc(
        'What is done then.',
        'Qaytarilsa, nima bajariladi.',
        'Что делать, если отклонено.',
      ),
      message: MESSAGE,
      remedy: REMEDY,
    },
  },
};

import type { BlockKey, CLAUSE_KEYS, KeywordKey } from './keywords.ts';

/** A sentence in the languages of readers. */
export interface KeywordDoc {
  readonly en: string;
  readonly uz: string;
  readonly ru: string;
}

type ClauseKeyOf<B extends BlockKey> = (typeof CLAUSE_KEYS)[B][number];

interface BlockDocs<B extends BlockKey> {
  readonly block: KeywordDoc;
  readonly clauses: Readonly<Record<ClauseKeyOf<B>, KeywordDoc>>;
}

const doc = (en: string, uz: string, ru: string): KeywordDoc => ({ en, uz, ru });

const REMEDY = doc(
  'What the reader can do about it.',
  'Buni qanday tuzatish mumkin.',
  'Что с этим можно сделать.',
);
const MESSAGE = doc(
  'What people are told; expressions in braces are filled in.',
  'Odamlarga aytiladigan gap; qavs ichidagi ifodalar o‘rniga qiymati qo‘yiladi.',
  'Что говорят людям; вместо выражений в фигурных скобках ставятся их значения.',
);
const ON = doc(
  'The operations at which this stands.',
  'Bu qaysi amallarda turadi.',
  'При каких операциях это действует.',
);
const TITLE = doc('What people call it.', 'Odamlar uni nima deb ataydi.', 'Как это называют люди.');
const TRIGGER = doc(
  'What sets it going: an event, its absence, a number of times, a sequence, or a condition.',
  'Nima uni ishga tushiradi: hodisa, hodisaning yo‘qligi, necha marta bo‘lgani, ketma-ketlik yoki shart.',
  'Что её запускает: событие, его отсутствие, число повторений, последовательность или условие.',
);
const ASKED = doc(
  'Asked when the trigger has fired; only then it goes on.',
  'Ishga tushgandan keyin so‘raladi; shart bajarilsagina davom etadi.',
  'Проверяется после срабатывания; дальше идёт, только если условие верно.',
);
const DO = doc(
  'What is done; what comes next waits until all before it is done.',
  'Nima bajariladi; keyingisi avvalgilari tugashini kutadi.',
  'Что выполняется; следующее ждёт, пока закончится предыдущее.',
);
const ON_FAILURE = doc(
  'What is done when an action fails.',
  'Amal bajarilmasa, nima qilinadi.',
  'Что делать, если действие не удалось.',
);

/** What blocks and clauses are for, in one sentence each. */
const DOCS: { readonly [B in BlockKey]: BlockDocs<B> } = {
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
  automation: {
    block: doc(
      'Does something by itself when something happens.',
      'Biror narsa bo‘lganda o‘zi ishlaydi.',
      'Действует сама, когда что-то происходит.',
    ),
    clauses: {
      when: TRIGGER,
      if: ASKED,
      do: DO,
      on: ON_FAILURE,
      cooldown: doc(
        'For this time it does not fire again.',
        'Shu vaqt ichida qayta ishlamaydi.',
        'Столько времени не срабатывает снова.',
      ),
      once: doc(
        'Fires once for each value of the key.',
        'Kalitning har bir qiymati uchun bir marta ishlaydi.',
        'Срабатывает один раз для каждого значения ключа.',
      ),
      allow: doc(
        'How often a chain may come back to itself.',
        'Zanjir necha marta o‘ziga qaytishi mumkin.',
        'Сколько раз цепочка может вернуться к себе.',
      ),
    },
  },
  schedule: {
    block: doc(
      'Does something at set times.',
      'Belgilangan vaqtlarda ishlaydi.',
      'Действует в заданное время.',
    ),
    clauses: {
      every: doc(
        'On which days and at what times, or how often.',
        'Qaysi kunlari va soat nechada yoki qanchalik tez-tez.',
        'В какие дни и часы или как часто.',
      ),
      cron: doc('The times as a cron text.', 'Vaqtlar cron ko‘rinishida.', 'Время в записи cron.'),
      if: ASKED,
      do: DO,
      on: ON_FAILURE,
      zone: doc('The time zone.', 'Vaqt mintaqasi.', 'Часовой пояс.'),
      holidays: doc(
        'Whether it runs on holidays.',
        'Bayram kunlari ishlashi.',
        'Как быть в праздники.',
      ),
      missed: doc(
        'What becomes of a run that was missed.',
        'O‘tkazib yuborilgan ishga nima bo‘ladi.',
        'Что делать с пропущенным запуском.',
      ),
    },
  },
  alert: {
    block: doc(
      'Tells people that something is wrong, until it is over.',
      'Biror narsa noto‘g‘ri bo‘lsa, tugaguncha odamlarga bildiradi.',
      'Сообщает людям о неполадке, пока она не устранена.',
    ),
    clauses: {
      severity: doc('How grave it is.', 'Qanchalik jiddiy.', 'Насколько это важно.'),
      when: TRIGGER,
      if: ASKED,
      notify: doc(
        'Who is told, by which channel, and after what time.',
        'Kimga, qaysi kanal orqali va qancha vaqtdan keyin bildiriladi.',
        'Кому, по какому каналу и через какое время сообщить.',
      ),
      value: doc('The figure it is about.', 'Gap qaysi qiymat haqida.', 'О какой величине речь.'),
      threshold: doc(
        'The limit that was crossed.',
        'O‘tib ketilgan chegara.',
        'Порог, который перейдён.',
      ),
      clear: doc('When it is over.', 'Qachon tugaydi.', 'Когда всё снова в порядке.'),
      group: doc(
        'One alert for each value of this.',
        'Har bir qiymat uchun bitta signal.',
        'Одна тревога на каждое значение.',
      ),
      repeat: doc(
        'How often people are told again.',
        'Qanchada bir takror bildiriladi.',
        'Как часто сообщать снова.',
      ),
      message: MESSAGE,
    },
  },
  entity: {
    block: doc(
      'A kind of record of the plant’s own.',
      'Zavodning o‘z yozuv turi.',
      'Собственный вид записей предприятия.',
    ),
    clauses: {
      title: TITLE,
      label: doc(
        'What people call a field or a state.',
        'Maydon yoki holat odamlar tilida.',
        'Как люди называют поле или состояние.',
      ),
      field: doc('A field with its type.', 'Maydon va uning turi.', 'Поле и его тип.'),
      states: doc(
        'The states, the first one where it begins.',
        'Holatlar; birinchisidan boshlanadi.',
        'Состояния; первое — начальное.',
      ),
      move: doc(
        'From which states to which one, by whom and when.',
        'Qaysi holatdan qaysi holatga, kim va qachon.',
        'Из каких состояний в какое, кем и когда.',
      ),
      key: doc(
        'Fields that are unique together.',
        'Birgalikda takrorlanmaydigan maydonlar.',
        'Поля, которые вместе не повторяются.',
      ),
      read: doc('Who may see it.', 'Kim ko‘rishi mumkin.', 'Кто может видеть.'),
      write: doc('Who may change it.', 'Kim o‘zgartirishi mumkin.', 'Кто может изменять.'),
    },
  },
  screen: {
    block: doc('A screen for a role.', 'Rol uchun ekran.', 'Экран для роли.'),
    clauses: {
      record: doc('The record it shows.', 'Qaysi yozuvni ko‘rsatadi.', 'Какую запись показывает.'),
      operation: doc(
        'The operation it asks for.',
        'Qaysi amalni bajaradi.',
        'Какую операцию выполняет.',
      ),
      title: TITLE,
      show: doc('What is shown at the top.', 'Yuqorida nima ko‘rsatiladi.', 'Что показать вверху.'),
      fields: doc('The fields, in this order.', 'Maydonlar, shu tartibda.', 'Поля в этом порядке.'),
      list: doc('A list with its columns.', 'Ro‘yxat va ustunlari.', 'Список и его столбцы.'),
      button: doc('A button for an operation.', 'Amal tugmasi.', 'Кнопка операции.'),
      filter: doc(
        'Fields the list can be narrowed by.',
        'Ro‘yxatni toraytiradigan maydonlar.',
        'Поля, по которым можно отобрать.',
      ),
    },
  },
  test: {
    block: doc(
      'A story that has to come out so.',
      'Shunday tugashi kerak bo‘lgan voqea.',
      'История, которая должна так закончиться.',
    ),
    clauses: {
      at: doc('When it happens.', 'Bu qachon bo‘ladi.', 'Когда это происходит.'),
      given: doc('What is so beforehand.', 'Oldindan nima ma’lum.', 'Что дано заранее.'),
      when: doc(
        'The operation that is tried.',
        'Sinab ko‘riladigan amal.',
        'Операция, которую пробуют.',
      ),
      approved: doc(
        'People who agree, one after another: each role is another person.',
        'Rozi bo‘ladigan odamlar, birin-ketin: har bir rol boshqa odam.',
        'Кто соглашается, один за другим: каждая роль — другой человек.',
      ),
      rejected: doc('Who says no.', 'Kim rad etadi.', 'Кто отказывает.'),
      event: doc('An event that happens.', 'Yuz beradigan hodisa.', 'Событие, которое происходит.'),
      after: doc('Time that passes.', 'O‘tadigan vaqt.', 'Сколько времени проходит.'),
      expect: doc(
        'What has to come of it.',
        'Natijada nima bo‘lishi kerak.',
        'Что должно получиться.',
      ),
    },
  },
};

/** What a block is for. */
export const blockDoc = (block: BlockKey): KeywordDoc => DOCS[block].block;

/** What a clause of a block is for; undefined for words that begin none. */
export function clauseDoc(block: BlockKey, clause: KeywordKey): KeywordDoc | undefined {
  const clauses: Readonly<Partial<Record<KeywordKey, KeywordDoc>>> = DOCS[block].clauses;
  return clauses[clause];
}

import { type DocsOf, doc, MESSAGE } from './doc.ts';

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

/** What acts by itself. */
export const FLOWS: DocsOf<'automation' | 'schedule' | 'alert'> = {
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
};

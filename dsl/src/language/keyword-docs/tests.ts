import { type DocsOf, doc } from './doc.ts';

/** Tests of all these. */
export const TESTS: DocsOf<'test'> = {
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

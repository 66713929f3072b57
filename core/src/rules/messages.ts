import type { Texts } from '../api/fields.ts';

/** Sentences of refusals around versions of rules, by reason. */
export const ruleMessages: Readonly<Record<string, Texts>> = {
  guards_loosened: {
    uz: 'Bu matn quyidagilarni olib tashlaydi yoki yumshatadi: {guards}. Shunday bo‘lishi kerakligini tasdiqlang.',
    ru: 'Этот текст убирает или смягчает: {guards}. Подтвердите, что так и надо.',
    en: 'This text removes or loosens {guards}. Confirm that this is meant.',
  },
  rehearsal_of_another: {
    uz: 'Ko‘rsatilgan sinov {module} modulining aynan shu matni uchun emas; matnni sinab ko‘ring yoki sinovsiz nashr qiling.',
    ru: 'Указанная репетиция не этого текста модуля {module}; прорепетируйте этот текст или публикуйте без неё.',
    en: 'The rehearsal is not one of this text of {module}; rehearse this text, or publish without it.',
  },
  person_proposes: {
    uz: 'Ikkinchi odam tasdiqlaydigan matnni dastur emas, odam taklif qiladi; matnni qoralama qilib saqlang.',
    ru: 'Текст, который подтверждает второй человек, предлагает человек, а не программа; сохраните текст черновиком.',
    en: 'What a second person confirms is proposed by a person, not by a program; keep the text as a draft.',
  },
  proposal_together: {
    uz: 'Bular birga taklif qilingan va birga tasdiqlanadi: {modules}.',
    ru: 'Это предложено вместе и подтверждается вместе: {modules}.',
    en: 'These were proposed together and are confirmed together: {modules}.',
  },
  drafts_conflict: {
    uz: 'Bu orada o‘zgargan: {modules}. Hech narsa saqlanmadi; yangi matnlarni ko‘rib, qaytadan urinib ko‘ring.',
    ru: 'За это время изменилось: {modules}. Ничего не сохранено; посмотрите новые тексты и повторите.',
    en: 'Changed in the meantime: {modules}. Nothing was saved; look at the new texts and try again.',
  },
  text_unchanged: {
    uz: 'Bu matn allaqachon amalda: {modules}. Nashr qiladigan narsa yo‘q; avval matnni o‘zgartiring yoki qoralamani tashlang.',
    ru: 'Этот текст уже действует: {modules}. Публиковать нечего; сначала измените текст или отбросьте черновик.',
    en: 'This text is in force already: {modules}. There is nothing to publish; change the text first, or discard the draft.',
  },
  module_removed: {
    uz: '{module} moduli olib tashlangan; avval uni qayta yarating.',
    ru: 'Модуль {module} убран; сначала создайте его заново.',
    en: 'The module {module} was removed; make it again first.',
  },
  module_name: {
    uz: '“{module}” modul nomi bo‘la olmaydi: lotin harflari, raqamlar, “_” va nuqta bo‘lsin.',
    ru: '«{module}» не может быть именем модуля: только латинские буквы, цифры, «_» и точки.',
    en: '“{module}” can’t be the name of a module: it has Latin letters, digits, “_” and dots.',
  },
  proposal_open: {
    uz: '{author} bu modul uchun matn taklif qilgan; avval u hal qilinsin.',
    ru: '{author} уже предложил текст для этого модуля; сначала решите по нему.',
    en: '{author} has proposed a text for this module already; decide on that one first.',
  },
  proposal_void: {
    uz: 'Taklif endi amalda emas: matn yoki versiya o‘zgargan. Qaytadan taklif qiling.',
    ru: 'Предложение больше не действует: изменился текст или версия. Предложите заново.',
    en: 'The proposal stands no longer: the text or the version has changed. Propose it again.',
  },
  own_proposal: {
    uz: 'O‘z taklifingizni o‘zingiz tasdiqlay olmaysiz; buni boshqa odam qiladi.',
    ru: 'Своё предложение подтвердить нельзя; это делает другой человек.',
    en: 'You can’t confirm what you proposed yourself; another person does that.',
  },
  check_too_long: {
    uz: 'Qoidalarni tekshirish juda uzoq davom etdi; matnni qisqartiring yoki keyinroq urinib ko‘ring.',
    ru: 'Проверка правил длилась слишком долго; сократите текст или повторите позже.',
    en: 'Checking the rules took too long; shorten the text, or try again later.',
  },
  rules_lost: {
    uz: 'Bu obyekt boshlangan paytdagi qoidalarni topib bo‘lmadi ({why}); shuning uchun amal rad etildi.',
    ru: 'Правила, с которыми объект был начат, недоступны ({why}); поэтому операция отклонена.',
    en: 'The rules that this object began with can’t be had ({why}), so the operation is refused.',
  },
  module_twice: {
    uz: '{module} moduli ikki marta berilgan.',
    ru: 'Модуль {module} указан дважды.',
    en: 'The module {module} is given twice.',
  },
  module_unnamed: {
    uz: '{path} faylida “module NOM” qatori yo‘q.',
    ru: 'В файле {path} нет строки «module ИМЯ».',
    en: 'The file {path} has no line “module NAME”.',
  },
};

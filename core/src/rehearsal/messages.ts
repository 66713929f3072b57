import type { Texts } from '../api/fields.ts';

/** Sentences of this area's refusals, by reason. */
export const rehearsalMessages: Readonly<Record<string, Texts>> = {
  rehearsal_period_invalid: {
    uz: 'Davr noto‘g‘ri: boshi oxiridan oldin va bugundan kech bo‘lmasligi kerak. Boshqa davr tanlang.',
    ru: 'Неверный период: он должен начинаться раньше, чем кончается, и не в будущем. Выберите другой.',
    en: 'The period is wrong: it must begin before it ends, and not in the future. Choose another.',
  },
  rehearsal_period_too_long: {
    uz: 'Davr {days} kundan uzun bo‘lmasin. Qisqaroq davr tanlang.',
    ru: 'Период не может быть длиннее {days} дней. Выберите короче.',
    en: 'A period of more than {days} days is not rehearsed. Choose a shorter one.',
  },
  rehearsal_module_twice: {
    uz: '{module} moduli ikki marta berilgan. Bittasini qoldiring.',
    ru: 'Модуль {module} указан дважды. Оставьте один.',
    en: 'The module {module} is given twice. Leave one.',
  },
  rehearsal_no_draft: {
    uz: '{module} modulining qoralamasi yo‘q. Matnini bering yoki qoralamani saqlang.',
    ru: 'У модуля {module} нет черновика. Передайте текст или сохраните черновик.',
    en: 'The module {module} has no draft. Give its text, or save a draft.',
  },
  rehearsals_waiting: {
    uz: '{waiting} ta sinov navbatda turibdi. Ular tugashini kuting yoki bittasini bekor qiling.',
    ru: 'В очереди уже репетиций: {waiting}. Дождитесь их или отмените одну.',
    en: '{waiting} rehearsals wait already. Wait for them, or cancel one.',
  },
  rehearsal_ended: {
    uz: 'Bu sinov allaqachon tugagan: holati “{state}”.',
    ru: 'Эта репетиция уже закончена: её состояние «{state}».',
    en: 'This rehearsal has ended already: it is “{state}”.',
  },
};

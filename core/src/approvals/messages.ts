import type { Texts } from '../api/fields.ts';

/** Sentences of this area's refusals, by reason. */
export const approvalMessages: Readonly<Record<string, Texts>> = {
  approval_pending: {
    uz: 'Shu narsa bo‘yicha so‘rov allaqachon qaror kutmoqda.',
    ru: 'По этому объекту такой запрос уже ждёт решения.',
    en: 'The same waits for approval already.',
  },
  approval_missing: {
    uz: 'Qaror kutayotgan so‘rov yo‘q.',
    ru: 'Нет запроса, ждущего решения.',
    en: 'No request waits for a decision.',
  },
  approval_expired: {
    uz: 'So‘rov muddati o‘tgan; qayta so‘rang.',
    ru: 'Срок запроса истёк; запросите снова.',
    en: 'The request has expired; ask again.',
  },
  approval_closed: {
    uz: 'Bu so‘rov tugagan: {state}.',
    ru: 'Этот запрос уже завершён: {state}.',
    en: 'This request has ended already: {state}.',
  },
  own_request: {
    uz: 'O‘z so‘rovini hech kim tasdiqlamaydi.',
    ru: 'Свой запрос никто не решает.',
    en: 'Nobody decides his own request.',
  },
  // A decision of a plugin may be taken already for another reason.
  'forbidden.already_decided': {
    uz: 'Siz bu so‘rov bo‘yicha qaror bergansiz.',
    ru: 'Вы уже решили по этому запросу.',
    en: 'You have decided in this request.',
  },
  wrong_stage: {
    uz: 'Sizning navbatingiz hali kelmagan; avval boshqalar qaror beradi: {roles}.',
    ru: 'Ваш шаг ещё не настал; сначала решают другие: {roles}.',
    en: 'Your step has not come yet; others decide first: {roles}.',
  },
  decided_in_your_place: {
    uz: 'Sizning o‘rningizga {by} qaror bergan.',
    ru: 'Вместо вас решил {by}.',
    en: '{by} has decided in your place.',
  },
  people_only: {
    uz: 'Faqat odam tasdiqlaydi.',
    ru: 'Согласовывают только люди.',
    en: 'Only people approve.',
  },
  not_your_request: {
    uz: 'So‘rovni faqat uni bergan kishi qaytarib oladi.',
    ru: 'Запрос отзывает только тот, кто его подал.',
    en: 'Only whoever made the request withdraws it.',
  },
  approval_inside: {
    uz: '{operation} tasdiq kutadi; uni alohida bajaring.',
    ru: '{operation} ждёт согласования; выполните её отдельно.',
    en: '{operation} waits for approval; run it by itself.',
  },
  approval_rule_missing: {
    uz: '{type} tasdig‘ining qoidasi e‘lon qilinmagan.',
    ru: 'Правило согласования {type} не опубликовано.',
    en: 'The rule of the approval {type} is not published.',
  },
  approval_not_ready: {
    uz: 'Bu so‘rov bajarilmaydi: uning holati {state}.',
    ru: 'Этот запрос не выполняется: его состояние {state}.',
    en: 'This request is not run: it is {state}.',
  },
  approval_outdated: {
    uz: '{operation} endi boshqacha to‘ldiriladi; qayta so‘rang.',
    ru: '{operation} теперь заполняется иначе; запросите снова.',
    en: '{operation} is filled in differently now; ask again.',
  },
  approval_objects_changed: {
    uz: 'Tasdiqlangan so‘rov boshqa obyektlar haqida edi; qayta so‘rang.',
    ru: 'Согласовано было о других объектах; запросите снова.',
    en: 'What was approved was about other objects; ask again.',
  },
  approval_more_needed: {
    uz: 'Endi boshqalar ham rozi bo‘lishi kerak; qayta so‘rang.',
    ru: 'Теперь должны согласиться и другие; запросите снова.',
    en: 'Others have to agree by now; ask again.',
  },
  approval_facts_changed: {
    uz: 'Tasdiqlangan narsa o‘zgargan ({said}); qayta so‘rang.',
    ru: 'То, что согласовали, изменилось ({said}); запросите снова.',
    en: 'What was agreed to has changed ({said}); ask again.',
  },
  approval_stale: {
    uz: 'Tasdiqlanganiga {seconds} s bo‘ldi; harakatga keltiradigan narsa bunchalik kech bajarilmaydi, qayta so‘rang.',
    ru: 'Согласовано {seconds} с назад; то, что приводит в движение, так поздно не выполняют, запросите снова.',
    en: 'It was approved {seconds} s ago; what moves is not moved so late, ask again.',
  },
  approval_sealed: {
    uz: '{field} maydonida saqlangan maxfiy qiymatni ochib bo‘lmaydi: platformaning kaliti almashgan; qayta so‘rang.',
    ru: 'Сохранённое секретное значение поля {field} не открыть: ключ платформы сменился; запросите снова.',
    en: 'The secret that was kept of {field} can’t be opened: the platform’s key has changed; ask again.',
  },
  requester_gone: {
    uz: '{requester} endi bu amalni bajara olmaydi.',
    ru: '{requester} больше не может этого делать.',
    en: '{requester} may not act any more.',
  },
  delegation_period: {
    uz: 'Muddat boshlanishidan keyin, hozirdan so‘ng va bir yil ichida tugasin.',
    ru: 'Срок должен кончаться после начала, в будущем и не позже чем через год.',
    en: 'The period must end after it begins, in the future and within a year.',
  },
  delegation_self: {
    uz: 'Vakolat boshqa kishiga beriladi.',
    ru: 'Полномочия передают другому.',
    en: 'Hand over to somebody else.',
  },
  delegation_roles: {
    uz: 'Faqat o‘sha kishida bor rollar beriladi: {roles} yo‘q.',
    ru: 'Передают только свои роли; нет: {roles}.',
    en: 'Only roles that he has are handed over; not {roles}.',
  },
  delegation_of_other: {
    uz: 'Boshqaning vakolatini faqat administrator beradi.',
    ru: 'Чужие полномочия передаёт только администратор.',
    en: 'Only an administrator hands over for somebody else.',
  },
  'state.pending': { uz: 'qaror kutmoqda', ru: 'ждёт решения', en: 'waiting' },
  'state.approved': { uz: 'tasdiqlangan', ru: 'согласовано', en: 'approved' },
  'state.rejected': { uz: 'rad etilgan', ru: 'отклонено', en: 'rejected' },
  'state.expired': { uz: 'muddati o‘tgan', ru: 'срок истёк', en: 'expired' },
  'state.withdrawn': { uz: 'qaytarib olingan', ru: 'отозвано', en: 'withdrawn' },
};

import type { Texts } from '@qoida/core';

/** What the states of the plant's objects are called in sentences that name one, whatever it is of. */
export const plantStatuses: Readonly<Record<string, Texts>> = {
  'status.draft': { uz: 'qoralama', ru: 'черновик', en: 'draft' },
  'status.published': { uz: 'nashr qilingan', ru: 'опубликовано', en: 'published' },
  'status.opened': { uz: 'davom etmoqda', ru: 'идёт', en: 'running' },
  'status.paused': { uz: 'to‘xtatib turilgan', ru: 'приостановлено', en: 'paused' },
  'status.draft_manual': {
    uz: 'og‘irligi tasdiq kutmoqda',
    ru: 'вес ждёт согласования',
    en: 'waiting for its weight to be approved',
  },
  'status.awaiting_qc': { uz: 'OTK kutmoqda', ru: 'ждёт ОТК', en: 'waiting for quality control' },
  'status.qc_ok': { uz: 'sifatli', ru: 'годное', en: 'accepted' },
  'status.qc_partial': { uz: 'qisman sifatli', ru: 'годное частично', en: 'accepted in part' },
  'status.qc_reject': { uz: 'yaroqsiz', ru: 'брак', en: 'rejected' },
  'status.void': { uz: 'bekor qilingan', ru: 'аннулировано', en: 'void' },
  'status.in_transit': { uz: 'yo‘lda', ru: 'в пути', en: 'on its way' },
  'status.completed': { uz: 'qabul qilingan', ru: 'принято', en: 'received' },
  'status.discrepancy': { uz: 'farq bor', ru: 'расхождение', en: 'in dispute' },
  'status.cancelled': { uz: 'bekor qilingan', ru: 'отменено', en: 'cancelled' },
  'status.fulfilled': { uz: 'bajarilgan', ru: 'выполнено', en: 'fulfilled' },
};

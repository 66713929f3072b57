import type { Texts } from '../api/fields.ts';
import { auditLabels } from './labels.ts';

/** Sentences of the audit's refusals by reason, and labels: `record.NAME`, `field.NAME`, `field.RECORD.NAME`. */
export const auditMessages: Readonly<Record<string, Texts>> = {
  ...auditLabels,
  anchors_invalid: {
    uz: 'Nazorat nuqtasining zanjirlari: har biri [turi, id, yozuvlar soni, imzo, nuqta raqami], ko‘pi bilan {most} ta.',
    ru: 'Цепочки контрольной точки: каждая — [тип, id, число записей, подпись, номер точки], не более {most}.',
    en: 'Chains of a checkpoint: each is [type, id, entries, signature, number of the checkpoint], at most {most}.',
  },
  cursor_invalid: {
    uz: '“{after}” – davom etish joyi emas; oldingi javobdagi “next”ni bering.',
    ru: '«{after}» — не место продолжения; передайте «next» из прошлого ответа.',
    en: '“{after}” is no place to go on from; give the “next” of the answer before.',
  },
};

/** Role codes of the plant (F-ENM-01), by the short names of the permission matrix. */
export const DIR = 'direktor';
export const TEX = 'texnolog';
export const SEX = 'sex_boshligi';
export const OPR = 'operator';
export const SHP = 'shop_op';
export const MAI = 'main_ombor';
export const FGO = 'fg_ombor';
export const OTK = 'otk';
export const MOL = 'moliya';
export const INT = 'integrator';
export const DRB = 'drabilka_op';

/** The plant's roles with their names; `integrator` is the platform's own. */
export const plantRoles = {
  [DIR]: { uz: 'Direktor', ru: 'Директор', en: 'Director' },
  [TEX]: { uz: 'Texnolog', ru: 'Технолог', en: 'Technologist' },
  [SEX]: { uz: 'Sex boshlig‘i', ru: 'Начальник цеха', en: 'Workshop chief' },
  [OPR]: { uz: 'Operator', ru: 'Оператор', en: 'Operator' },
  [SHP]: { uz: 'Sex ombori operatori', ru: 'Кладовщик цеха', en: 'Shop storekeeper' },
  [MAI]: { uz: 'Asosiy ombor mudiri', ru: 'Кладовщик сырья', en: 'Raw material storekeeper' },
  [FGO]: {
    uz: 'Tayyor mahsulot ombori',
    ru: 'Кладовщик готовой продукции',
    en: 'Finished goods storekeeper',
  },
  [OTK]: { uz: 'OTK nazoratchisi', ru: 'Контролёр ОТК', en: 'Quality inspector' },
  [MOL]: { uz: 'Moliya', ru: 'Финансы', en: 'Finance' },
  [DRB]: { uz: 'Drabilka operatori', ru: 'Оператор дробилки', en: 'Grinder operator' },
} as const;

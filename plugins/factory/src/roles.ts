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

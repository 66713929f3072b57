/** Whole grams of a weight in kilograms: sums and differences of grams are exact (F-OP-19). */
export const gramsOf = (kg: number): number => Math.round(kg * 1000);
export const kgOf = (grams: number): number => grams / 1000;

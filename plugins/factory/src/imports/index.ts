import type { ImportDef } from '@qoida/core';
import { importDevices, importMaterials, importSkus, importWorkcenters } from './master.ts';
import { importOpeningStock } from './opening-stock.ts';
import { importRecipeLines, importRecipes } from './recipes.ts';

export const factoryImports: readonly ImportDef[] = [
  importWorkcenters,
  importMaterials,
  importSkus,
  importDevices,
  importRecipeLines,
  importRecipes,
  importOpeningStock,
];

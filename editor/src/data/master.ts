import { get, type Page, type Query } from './http.ts';

export interface Sku {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly category: string;
}
export interface Material {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly category: string;
}
export interface Batch {
  readonly id: string;
  readonly material_id: string;
  readonly batch_no: string;
  readonly received_at: string | null;
}
export interface Workcenter {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly active: boolean;
  readonly required_qualification?: string | null;
}
export interface Recipe {
  readonly id: string;
  readonly sku_id: string;
  readonly version: number;
  readonly vt_limit_pct: number;
  readonly status: 'draft' | 'published';
  readonly superseded_at: string | null;
  readonly lines: readonly RecipeLine[];
}

export interface RecipeLine {
  readonly material_id: string;
  readonly material: string;
  readonly comp_type: 'perv' | 'vt' | 'additiv';
  readonly ratio_pct: number | null;
  readonly ratio_per_kg: number | null;
  /** Counts not in the sum of the shares. */
  readonly is_optional: boolean;
}
const ALL: Query = { page_size: 200 };

export const listSkus = () => get<Page<Sku>>('/master/skus', ALL);
export const listMaterials = () => get<Page<Material>>('/master/materials', ALL);
export const listBatches = (material?: string) =>
  get<Page<Batch>>('/master/batches', { ...ALL, material_id: material });
export const listWorkcenters = () => get<Page<Workcenter>>('/master/workcenters', ALL);
/** All recipes of a product, the newest first. */
export const recipesOf = (sku: string) =>
  get<Page<Recipe>>('/master/recipes', { ...ALL, sku_id: sku });
/** The recipe that production of this SKU would start with now. */
export async function publishedRecipe(sku: string): Promise<Recipe | undefined> {
  const { items } = await get<Page<Recipe>>('/master/recipes', {
    ...ALL,
    sku_id: sku,
    status: 'published',
  });
  return items.find((recipe) => recipe.superseded_at === null);
}

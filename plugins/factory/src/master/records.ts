import {
  computed,
  date,
  flag,
  instant,
  integer,
  json,
  number,
  oneOf,
  quantity,
  record,
  ref,
  text,
} from '@qoida/core';

export const SKU_CATEGORIES = [
  'polotno',
  'setka',
  'ot',
  'js',
  'profil',
  'lam_out',
  'dubl',
  'kesilgan',
  'izdeliya',
  'vt',
] as const;
export const WORKCENTER_TYPES = [
  'extruder',
  'coater',
  'laminator',
  'duplicator',
  'cutter',
  'rework_hard',
  'rework_soft',
] as const;
const code = () => text({ unique: true, maxLength: 64 });
const name = () => text({ maxLength: 200 });

/** F-DM-03 */
export const workcenter = record(
  'workcenter',
  'workcenters',
  {
    code: code(),
    type: oneOf(...WORKCENTER_TYPES),
    name: name(),
    location: text({ maxLength: 200 }).optional(),
    active: flag().default(true),
    required_qualification: text({ maxLength: 64 }).optional(),
  },
  {
    title: { uz: 'Ish markazi', ru: 'Рабочий центр', en: 'Work centre' },
    code: 'code',
    lockOrder: 15,
    api: { path: 'master/workcenters', read: '*', filters: ['type', 'active'], sort: 'code' },
  },
);

/** F-DM-08 */
export const material = record(
  'material',
  'materials',
  {
    code: code(),
    name: name(),
    category: oneOf('perv', 'vt', 'additiv'),
    polymer_family: oneOf('PE', 'PP', 'PVC', 'OTHER').optional(),
    recyclable: flag().default(true),
    attributes: json().optional(),
  },
  {
    title: { uz: 'Material', ru: 'Материал', en: 'Material' },
    code: 'code',
    api: {
      path: 'master/materials',
      read: '*',
      filters: ['category', 'polymer_family'],
      sort: 'code',
    },
  },
);

/** F-DM-09 */
export const materialBatch = record(
  'material_batch',
  'material_batches',
  {
    material_id: ref('material'),
    batch_no: text({ maxLength: 64 }),
    received_at: instant().optional().changeable(false),
    supplier: text({ maxLength: 200 }).optional(),
    quality_cert_no: text({ maxLength: 100 }).optional(),
  },
  {
    title: { uz: 'Material partiyasi', ru: 'Партия материала', en: 'Material batch' },
    unique: [['material_id', 'batch_no']],
    api: {
      path: 'master/batches',
      read: '*',
      filters: ['material_id', 'batch_no'],
      sort: 'batch_no',
    },
  },
);

/** F-DM-10 */
export const sku = record(
  'sku',
  'skus',
  {
    code: code(),
    name: name(),
    category: oneOf(...SKU_CATEGORIES),
    uom_default: oneOf('kg', 'm', 'm2'),
    width_mm: quantity('mm', { resolution: 0.01, min: 0 }).optional(),
    thickness_mm: quantity('mm', { resolution: 0.001, min: 0 }).optional(),
    kg_per_m2: quantity('kg/m2', { resolution: 0.00001, min: 0 }).optional(),
    kg_per_m: quantity('kg/m', { resolution: 0.00001, min: 0 }).optional(),
    mesh_type: text({ maxLength: 64 }).optional(),
    is_recyclable_for_rework: flag().default(true),
    tolerance_weight_pct: quantity('%', { resolution: 0.001, min: 0 }).optional(),
    tolerance_length_pct: quantity('%', { resolution: 0.001, min: 0 }).optional(),
    degaz_required: flag().default(false),
    tare_kg: quantity('kg', { resolution: 0.001, min: 0 }).default(0),
    vt_material_id: ref('material').optional(),
  },
  {
    title: { uz: 'Mahsulot turi', ru: 'Номенклатура', en: 'Product' },
    code: 'code',
    checks: { sku_vt_material: "vt_material_id is null or category = 'vt'" },
    api: { path: 'master/skus', read: '*', filters: ['category', 'uom_default'], sort: 'code' },
  },
);

const LINES_OF_RECIPE = `(select coalesce(jsonb_agg(jsonb_build_object(
  'material_id', l.material_id, 'material', m.code, 'comp_type', l.comp_type, 'ratio_pct', l.ratio_pct,
  'ratio_per_kg', l.ratio_per_kg, 'is_optional', l.is_optional) order by l.ratio_pct desc nulls last, m.code), '[]')
  from recipe_lines l join materials m on m.id = l.material_id where l.recipe_id = this.id)`;

/** F-DM-11; a published recipe never changes, a newer one supersedes it (F-SM-14). */
export const recipe = record(
  'recipe',
  'recipes',
  {
    sku_id: ref('sku'),
    version: integer({ min: 1 }).default(1),
    vt_limit_pct: quantity('%', { resolution: 0.001, min: 0, max: 100 }).default(0),
    status: oneOf('draft', 'published').default('draft'),
    published_at: instant().optional().changeable(false),
    published_by: ref('user').optional(),
    superseded_at: instant().optional().changeable(false),
  },
  {
    title: { uz: 'Retsept', ru: 'Рецепт', en: 'Recipe' },
    lockOrder: 16,
    computed: { lines: computed(json<RecipeLineView[]>(), LINES_OF_RECIPE) },
    unique: [
      ['sku_id', 'version'],
      {
        name: 'recipes_one_published',
        on: 'sku_id',
        where: "status = 'published' and superseded_at is null",
      },
    ],
    api: {
      path: 'master/recipes',
      read: '*',
      filters: ['sku_id', 'status'],
      sort: 'created_at desc',
    },
  },
);

export interface RecipeLineView {
  readonly material_id: string;
  readonly material: string;
  readonly comp_type: 'perv' | 'vt' | 'additiv';
  readonly ratio_pct: number | null;
  readonly ratio_per_kg: number | null;
  readonly is_optional: boolean;
}

/** F-DM-12 */
export const recipeLine = record(
  'recipe_line',
  'recipe_lines',
  {
    recipe_id: ref('recipe'),
    material_id: ref('material'),
    comp_type: oneOf('perv', 'vt', 'additiv'),
    ratio_pct: quantity('%', { resolution: 0.0001, min: 0, max: 100 }).optional(),
    ratio_per_kg: number({ resolution: 0.000001, min: 0 }).optional(),
    is_optional: flag().default(false),
  },
  {
    unique: [['recipe_id', 'material_id']],
    checks: { recipe_line_one_ratio: '(ratio_pct is null) <> (ratio_per_kg is null)' },
  },
);

/** F-DM-14; FG may have zones, so the code alone isn't the key (F-OP-37). */
export const stockLocation = record(
  'stock_location',
  'stock_locations',
  {
    code: text({ unique: true, maxLength: 64 }),
    kind: oneOf('MAIN', 'SHOP', 'FG'),
    name: name(),
    zone: text({ maxLength: 64 }).optional(),
  },
  {
    title: { uz: 'Ombor', ru: 'Склад', en: 'Stock location' },
    code: 'code',
    api: { path: 'stock/locations', read: '*', filters: ['kind'], sort: 'code' },
  },
);

/** F-DM-44 */
export const userQualification = record(
  'user_qualification',
  'user_qualifications',
  {
    user_id: ref('user'),
    code: text({ maxLength: 64 }),
    valid_until: instant().optional(),
    granted_by: ref('user').optional(),
    granted_on: date().optional(),
  },
  {
    title: { uz: 'Malaka', ru: 'Квалификация', en: 'Qualification' },
    unique: [['user_id', 'code']],
    api: { path: 'master/qualifications', read: '*', filters: ['user_id', 'code'] },
  },
);

export const masterRecords = [
  workcenter,
  material,
  materialBatch,
  sku,
  recipe,
  recipeLine,
  stockLocation,
  userQualification,
] as const;

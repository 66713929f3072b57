import { change } from './http.ts';

/** Kinds of CSV that the plant takes in (F-CSV-02…07), in the order in which they build on one another. */
export const IMPORTS = {
  workcenters: 'code,type,name,location,active_bool',
  devices: 'device_id,workcenter_code,type,serial,calibration_due_at',
  skus: 'code,name,category,uom_default,width_mm,thickness_mm,kg_per_m2,mesh_type,tolerance_weight_pct,tolerance_length_pct,degaz_required_bool',
  materials: 'code,name,category,polymer_family,recyclable_bool',
  recipes: 'sku_code,version,vt_limit_pct,status',
  recipe_lines: 'sku_code,version,material_code,comp_type,ratio_pct,ratio_per_kg,is_optional_bool',
  opening_stock: 'location,item_type,code,batch_no,qty,uom,received_at',
} as const;
export type ImportEntity = keyof typeof IMPORTS;

export interface ImportFault {
  readonly row: number;
  readonly column: string | null;
  readonly message: string;
}

export interface ImportReport {
  readonly rows: number;
  readonly imported?: number;
  readonly faults: readonly ImportFault[];
  /** All faults; the list above stops at 200. */
  readonly fault_count: number;
}

/** F-CSV-06: the whole file or nothing; a dry run only reports. @throws ApiError import_refused, csv_columns */
export const importCsv = (entity: ImportEntity, csv: string, dryRun: boolean) =>
  change<ImportReport>('POST', `/import/${entity}`, { csv, dry_run: dryRun });

/**
 * The UAT data set (F-UAT-01…11) as the CSV files that a plant would import. It names no recipe of
 * POL-D1, which is the same cloth degassed first: it gets the shares of POL-10, so that degassing can be played.
 */
export const MASTER_FILES: readonly (readonly [entity: string, csv: string])[] = [
  [
    'workcenters',
    `code,type,name,location,active_bool,required_qualification
E1,extruder,Ekstruder 1,Sex,true,
E2,extruder,Ekstruder 2,Sex,true,
E3,extruder,Ekstruder 3,Sex,true,E3
RW-SOFT,rework_soft,Drabilka yumshoq,Drabilka,true,
RW-HARD,rework_hard,Drabilka qattiq,Drabilka,true,
`,
  ],
  [
    'materials',
    `code,name,category,polymer_family,recyclable_bool
PVD-PE,Polietilen PVD,perv,PE,true
VT-PE,Ikkilamchi polietilen,vt,PE,true
MB-RED,Masterbatch qizil,additiv,PE,true
TALK,Talk,additiv,OTHER,true
`,
  ],
  [
    'skus',
    `code,name,category,uom_default,width_mm,kg_per_m2,tolerance_weight_pct,tolerance_length_pct,degaz_required_bool,is_recyclable_for_rework_bool,vt_material_code
POL-10,Polotno 10,polotno,m,1400,0.120,2,1,false,true,
SET-05,Setka 05,setka,m,,,3,1,false,true,
POL-D1,Polotno degazli,polotno,m,1400,0.120,2,1,true,true,
LAM-F,Laminat folga,lam_out,m,1000,0.180,3,1,false,false,
VT-PE-SKU,Ikkilamchi PE,vt,kg,,,,,false,true,VT-PE
`,
  ],
  [
    'recipe_lines',
    `sku_code,version,material_code,comp_type,ratio_pct
POL-10,1,PVD-PE,perv,60
POL-10,1,VT-PE,vt,30
POL-10,1,MB-RED,additiv,5
POL-10,1,TALK,additiv,5
POL-D1,1,PVD-PE,perv,60
POL-D1,1,VT-PE,vt,30
POL-D1,1,MB-RED,additiv,5
POL-D1,1,TALK,additiv,5
`,
  ],
  [
    'recipes',
    `sku_code,version,vt_limit_pct,status
POL-10,1,35,published
POL-D1,1,35,published
`,
  ],
  [
    'opening_stock',
    `location,item_type,code,batch_no,qty,uom,received_at
MAIN,material,PVD-PE,PVD-2507-09,1800,kg,2025-07-18T06:00:00Z
MAIN,material,PVD-PE,PVD-2508-01,5000,kg,2025-08-01T06:00:00Z
MAIN,vt,VT-PE,VT-0825-05,2500,kg,2025-08-05T06:00:00Z
MAIN,material,MB-RED,MB-2508-02,400,kg,2025-08-02T06:00:00Z
MAIN,material,TALK,TK-2508-03,400,kg,2025-08-03T06:00:00Z
SHOP,material,PVD-PE,PVD-2508-01,400,kg,
SHOP,vt,VT-PE,VT-0825-05,200,kg,
SHOP,material,MB-RED,MB-2508-02,60,kg,
SHOP,material,TALK,TK-2508-03,60,kg,
`,
  ],
];

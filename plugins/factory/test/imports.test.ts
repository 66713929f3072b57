import assert from 'node:assert/strict';
import { MASTER_FILES } from '../src/demo/master-data.ts';
import { expectRefusal, expectStatus, Plant } from './support/plant.ts';

describe('CSV imports of the plant', () => {
  let plant: Plant;
  before(async () => {
    plant = await Plant.start();
  });
  after(() => plant.stop());

  const csv = (entity: string, text: string, dry_run = false) =>
    plant.platform.admin.post(`/import/${entity}`, { csv: text, dry_run });
  const audited = async () => {
    const [row] = await plant.platform.asOwner<{ rows: number }>(
      'select count(*) as rows from audit_log',
    );
    return row?.rows;
  };

  it('F-UT-177 the whole data set twice changes nothing', async () => {
    const before = await audited();
    for (const [entity, text] of MASTER_FILES) expectStatus(await csv(entity, text), 200);
    assert.equal(await audited(), before);
  });

  it('F-UT-176 a wrong row refuses the file and says which column', async () => {
    const text =
      'code,name,category,polymer_family,recyclable_bool\nOK-1,Fine,perv,PE,true\nBAD,Wrong,metal,PE,true\n';
    const report = expectRefusal(
      await csv('materials', text),
      422,
      'validation_error',
      'import_refused',
    );
    assert.deepEqual(
      report.faults.map((fault: { row: number; column: string }) => [fault.row, fault.column]),
      [[2, 'category']],
    );
    assert.equal((await plant.platform.admin.get('/master/materials/OK-1')).status, 404);
  });

  it('F-CSV-06 an unknown code names its column; a dry run writes nothing', async () => {
    const unknown =
      'sku_code,version,material_code,comp_type,ratio_pct\nNO-SKU,1,PVD-PE,perv,100\n';
    const report = expectRefusal(
      await csv('recipe_lines', unknown),
      422,
      'validation_error',
      'import_refused',
    );
    assert.equal(report.faults[0].column, 'sku_code');
    const fine = 'code,name,category,polymer_family,recyclable_bool\nDRY-1,Dry,perv,PE,true\n';
    assert.equal(expectStatus(await csv('materials', fine, true), 200).imported, 0);
    assert.equal((await plant.platform.admin.get('/master/materials/DRY-1')).status, 404);
  });

  it('a decimal comma never loses its gram: the row is refused, with semicolons it is read', async () => {
    const header = ['location', 'item_type', 'code', 'batch_no', 'qty'];
    const row = ['MAIN', 'material', 'PVD-PE', 'COMMA-1', '12,5'];
    const report = expectRefusal(
      await csv('opening_stock', `${header.join(',')}\r\n${row.join(',')}\r\n`),
      422,
      'validation_error',
      'import_refused',
    );
    assert.equal(report.faults[0].reason, 'csv_row_wide');
    const text = `${header.join(';')}\r\n${row.join(';')}\r\n`;
    assert.equal(expectStatus(await csv('opening_stock', text), 200).imported, 1);
    const [stock] = await plant.platform.asOwner<{ qty: number }>(
      "select qty::float8 as qty from stock_items where batch_no = 'COMMA-1'",
    );
    assert.equal(stock?.qty, 12.5);
  });

  it('a column that stands twice, and a mass that fits nowhere, are refused', async () => {
    const text = 'location,item_type,code,batch_no,qty,qty\nMAIN,material,PVD-PE,B-1,1,2\n';
    expectRefusal(await csv('opening_stock', text), 422, 'validation_error', 'csv_columns_twice');
    const huge = 'location,item_type,code,batch_no,qty\nMAIN,material,PVD-PE,B-1,1e300\n';
    const report = expectRefusal(
      await csv('opening_stock', huge),
      422,
      'validation_error',
      'import_refused',
    );
    assert.equal(report.faults[0].column, 'qty');
  });

  it('F-OP-28 a recipe is published by import only with its lines', async () => {
    const bare = 'sku_code,version,vt_limit_pct,status\nLAM-F,1,0,published\n';
    const report = expectRefusal(
      await csv('recipes', bare),
      422,
      'validation_error',
      'import_refused',
    );
    assert.equal(report.faults[0].reason, 'recipe_ratio_sum');
    const changed = 'sku_code,version,vt_limit_pct,status\nPOL-10,1,50,published\n';
    const refused = expectRefusal(
      await csv('recipes', changed),
      422,
      'validation_error',
      'import_refused',
    );
    assert.equal(refused.faults[0].reason, 'recipe_published');
  });

  it('F-OP-31 opening stock is posted once; another figure is refused', async () => {
    const line = (qty: number) =>
      `location,item_type,code,batch_no,qty,uom\nMAIN,material,PVD-PE,PVD-NEW,${qty},kg\n`;
    for (let turn = 0; turn < 2; turn += 1)
      expectStatus(await csv('opening_stock', line(250.5)), 200);
    assert.equal(await plant.stock('MAIN', 'PVD-PE', 'PVD-NEW'), 250.5);
    const report = expectRefusal(
      await csv('opening_stock', line(300)),
      422,
      'validation_error',
      'import_refused',
    );
    assert.equal(report.faults[0].reason, 'opening_exists');
  });

  it('F-CSV-05 devices come in by their code and can be repeated', async () => {
    const text =
      'device_id,workcenter_code,type,serial,calibration_due_at\nscale-CSV-01,E2,scale,SN-7,2027-01-31T00:00:00Z\n';
    for (let turn = 0; turn < 2; turn += 1) expectStatus(await csv('devices', text), 200);
    const device = expectStatus(await plant.platform.admin.get('/devices/scale-CSV-01'), 200);
    assert.equal(device.serial_no, 'SN-7');
  });
});

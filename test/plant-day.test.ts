import assert from 'node:assert/strict';
import {
  BY_WEIGHT,
  daysFromNow,
  figuresOf,
  MUCH_PVD,
  PlantDay,
  PVD,
  refused,
} from './support/plant-day.ts';
import { type Scale, textOfFrame } from './support/scale.ts';
import { SERIAL, TCP } from './support/wires.ts';

for (const wires of [SERIAL, TCP]) {
  describe(`a day at the plant, its scales on ${wires.name}`, () => {
    let plant: PlantDay;
    let mainScale: Scale;
    let shopScale: Scale;
    let packScale: Scale;

    before(async function () {
      const missing = wires.missing();
      if (missing !== undefined) {
        console.log(`      not shown: ${missing}`);
        this.skip();
      }
      plant = await PlantDay.begins(wires);
      mainScale = await plant.getsScale('scale-MAIN-A', 'main', daysFromNow(300));
      shopScale = await plant.getsScale('scale-SHOP-A', 'shop', daysFromNow(300));
      packScale = await plant.getsScale('scale-PACK-A', 'pack', daysFromNow(300));
    });
    after(() => plant?.ends());

    it('F-M15 F-M1 F-M3 F-M5 F-M6 F-M2 F-M7 goes from bytes on a line to a closed session', async () => {
      const reading = await mainScale.weighs(151.2);
      assert.equal(reading.gross_kg, 151.2);
      assert.equal(textOfFrame(reading), 'ST,GS,+ 151.200kg');

      const transfer = await plant.sends(PVD, mainScale);
      assert.equal(transfer.status, 'in_transit');
      assert.equal(transfer.lines[0].qty_kg, 151.2);
      assert.equal(transfer.lines[0].scale_event_id, reading.id);

      await shopScale.weighs(151.1);
      const received = await plant.receives(transfer, PVD, shopScale);
      assert.equal(received.status, 'completed');

      const session = await plant.opensSession('E1', 'POL-10');
      assert.equal(session.status, 'opened');
      assert.equal(session.recipe_snapshot.sku, 'POL-10');

      await shopScale.weighs(61.5);
      await plant.feeds(session, PVD, shopScale);

      const packages = [];
      for (const kg of [20.52, 20.3, 20.1]) {
        await packScale.weighs(kg);
        packages.push(await plant.packsMetres(session, packScale, 120.5));
      }
      assert.deepEqual(
        packages.map((made) => [made.weight_kg, made.weight_trusted, made.tolerance_status]),
        [
          [20.52, true, 'ok'],
          [20.3, true, 'ok'],
          [20.1, true, 'ok'],
        ],
      );
      assert.deepEqual(numbersOf(packages), inSequence(packages));

      for (const made of packages) {
        const decided = await plant.inspects(made, 'ok');
        assert.equal(decided.status, 'qc_ok');
      }

      await shopScale.weighs(0.5);
      await plant.countsTheRest(session, PVD, shopScale);

      const balance = {
        input_kg: 61.5,
        good_kg: 60.92,
        wip_kg: 0.5,
        scrap_expected_kg: 0.08,
        outstanding_kg: 0,
        delta_session_kg: 0.08,
        limit_kg: 0.615,
      };
      const preview = await plant.previews(session);
      assert.deepEqual(figuresOf(preview, Object.keys(balance)), balance);
      assert.equal(preview.gate_ok, true);

      const closed = await plant.closes(session);
      assert.equal(closed.status, 'closed');
      assert.deepEqual(figuresOf(closed.balance, Object.keys(balance)), balance);
    });

    it('F-GATE-03 F-M1-06 stops at a scale whose calibration has expired, until it is calibrated', async () => {
      const oldScale = await plant.getsScale('scale-MAIN-OLD', 'main', daysFromNow(-30));
      await oldScale.weighs(75.4);

      const answer = await plant.triesToSend(PVD, oldScale);
      const { gate, gates } = refused(answer, 409, 'gate_blocked', 'calibration_expired');
      assert.equal(gate, 'calibration_expired');
      assert.equal(gates.length, 1);
      assert.deepEqual(gates[0].release_roles, ['integrator']);
      assert.equal(gates[0].message, 'scale-MAIN-OLD tarozisining qiyoslash muddati o‘tgan');

      const english = await plant.triesToSend(PVD, oldScale, 'en');
      const [told] = refused(english, 409, 'gate_blocked', 'calibration_expired').gates;
      assert.equal(told.message, 'The calibration of scale scale-MAIN-OLD is over');
      assert.match(told.remedy, /integrator records a valid calibration, or choose another scale/);

      await oldScale.isCalibratedUntil(daysFromNow(300));
      const transfer = await plant.sends(PVD, oldScale);
      assert.equal(transfer.lines[0].qty_kg, 75.4);
    });

    it('F-EX-02 F-M7-04 refuses to close a balance that is off by 37.100 kg where 5.000 kg are allowed', async () => {
      const session = await plant.opensSession('E1', BY_WEIGHT);
      await shopScale.weighs(800);
      await plant.feeds(session, MUCH_PVD, shopScale);
      await packScale.weighs(742.5);
      await plant.inspects(await plant.packs(session, packScale), 'ok');
      await packScale.weighs(6.1);
      await plant.inspects(await plant.packs(session, packScale), 'reject');
      await shopScale.weighs(12.3);
      await plant.countsTheRest(session, MUCH_PVD, shopScale);
      await shopScale.weighs(2);
      await plant.throwsAway(session, shopScale);

      const balance = {
        input_kg: 800,
        good_kg: 742.5,
        wip_kg: 12.3,
        scrap_expected_kg: 45.2,
        rework_in_linked_kg: 0,
        disposed_linked_kg: 2,
        outstanding_kg: 6.1,
        delta_session_kg: 37.1,
        limit_kg: 5,
      };
      const preview = await plant.previews(session);
      assert.deepEqual(figuresOf(preview, Object.keys(balance)), balance);
      assert.equal(preview.gate_ok, false);

      const answer = await plant.triesToClose(session);
      const details = refused(answer, 409, 'business_conflict', 'delta_exceeded');
      assert.equal(details.delta_kg, 37.1);
      assert.equal(details.limit_kg, 5);
    });

    it('F-EX-06 F-M7 decides by the rule that was published last, without a restart', async () => {
      const session = await plant.opensSession('E1', BY_WEIGHT);
      await shopScale.weighs(300);
      await plant.feeds(session, MUCH_PVD, shopScale);
      await packScale.weighs(297);
      await plant.inspects(await plant.packs(session, packScale), 'ok');
      assert.equal((await plant.previews(session)).limit_kg, 3);

      const { text: shipped } = await plant.readsRules('factory.balance');
      const stricter = shipped.replace('1% of session.input_kg', '0.5% of session.input_kg');
      const untested = await plant.triesToPublish('factory.balance', stricter);
      refused(untested, 422, 'validation_error', 'rule_tests_failed');

      const published = await plant.triesToPublish('factory.balance', withoutTests(stricter));
      assert.equal(published.status, 200, JSON.stringify(published.body));
      const answer = await plant.triesToClose(session);
      const details = refused(answer, 409, 'business_conflict', 'delta_exceeded');
      assert.deepEqual([details.delta_kg, details.limit_kg], [3, 1.5]);

      const back = await plant.triesToPublish('factory.balance', shipped);
      assert.equal(back.status, 200, JSON.stringify(back.body));
      const closed = await plant.closes(session);
      assert.deepEqual([closed.balance.delta_session_kg, closed.balance.limit_kg], [3, 3]);
    });

    it('F-OP-15 F-M1-03 F-M5-07 takes no weight that a person typed', async () => {
      const session = await plant.opensSession('E1', BY_WEIGHT);
      await packScale.weighs(20.4);
      const typed = await plant.triesToPack(session, packScale, { weight_kg: 20.5 });
      refused(typed, 409, 'business_conflict', 'typed_weight');
      const weighed = await plant.packs(session, packScale);
      assert.equal(weighed.weight_kg, 20.4);
    });
  });
}

/** The running numbers at the end of `FG-2025-08-28-000123`. */
function numbersOf(packages: readonly { readonly qr_code: string }[]): number[] {
  return packages.map(({ qr_code }) => {
    const [, number] = /^FG-\d{4}-\d{2}-\d{2}-(\d{6})$/.exec(qr_code) ?? [];
    return Number(number);
  });
}

function inSequence(packages: readonly { readonly qr_code: string }[]): number[] {
  const [first = Number.NaN] = numbersOf(packages);
  return packages.map((_, index) => first + index);
}

/** The rules alone; the tests of the shipped text state its own limit. */
function withoutTests(text: string): string {
  return text.slice(0, text.indexOf('\ntest "'));
}

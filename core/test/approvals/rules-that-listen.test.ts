import assert from 'node:assert/strict';
import { type Answer, until } from '../../src/testing/index.ts';
import { expectStatus, openYard, type Yard } from './support.ts';

type Body = Answer['body'];

const LISTENING = `requires crates

automation notes_what_is_asked
  when approval.requested as e where e.type = "ship_heavy"
  do message.post(text: e.type, level: \`info\`)

automation notes_what_is_rejected
  when approval.decided as e where e.type = "ship_heavy" and e.state = \`rejected\`
  do message.post(text: "rejected", level: \`info\`)

automation notes_what_is_done
  when approval.finished as e where e.outcome = \`done\`
  do message.post(text: e.type, level: \`info\`)

alert asked_to_scrap
  severity P2
  when approval.requested as e where e.type = "scrap"
  group by e.object_id
  notify direktor
  message uz "Yashikni chiqarish so‘raldi"
  message ru "Просят списать ящик"
  message en "Somebody asks to scrap a crate"
`;

describe('rules that listen to approvals', () => {
  let yard: Yard;
  before(async () => {
    yard = await openYard();
    await yard.publish('plant.listening', LISTENING);
  });
  after(() => yard.plant.stop());

  const posted = (text: string) =>
    until(async () => {
      const { items } = expectStatus(await yard.texnolog.get('/messages?page_size=200'), 200);
      return items.find((one: Body) => one.text === text);
    }, `the message “${text}”`);

  it('an automation hears that something is asked for, how it was decided and what came of it', async () => {
    const rejected = await yard.ask(await yard.newCrate());
    await posted('ship_heavy');
    expectStatus(await yard.chief.post(`/approvals/${rejected}/reject`, { comment: 'no' }), 200);
    await posted('rejected');
    const done = await yard.ask(await yard.newCrate(50), yard.operator, 'move', { place: 'yard' });
    await yard.approve(yard.chief, done);
    await yard.approve(yard.texnolog, done);
    assert.equal((await yard.ended(done)).outcome, 'done');
    await posted('move');
  });

  it('an alert is raised by it', async () => {
    const crate = await yard.newCrate();
    await yard.ask(crate, yard.operator, 'scrap');
    const alert = await until(async () => {
      const query = 'rule=plant.listening.asked_to_scrap';
      const { items } = expectStatus(await yard.direktor.get(`/alerts?${query}`), 200);
      return items.find((one: Body) => one.group === crate);
    }, 'the alert');
    assert.match(alert.message, /asks to scrap/);
  });
});

import { scan } from '../protocols/framing.ts';
import type { FrameContext } from '../protocols/types.ts';
import type { Action, Answer, SimulatedLink, SimulatedState } from './commands.ts';
import type { SimLineConfig, SimScaleConfig } from './config.ts';
import { type Faults, NO_FAULTS, noise, ragged, spoil } from './faults.ts';
import { display, EMPTY, type Keyed, type Load, step, tare, zero } from './load.ts';
import type { OnBytes, Outlet } from './outlet.ts';

const BABBLE_MS = 5;
const BABBLE_BYTES = 4096;
/** An indicator needs a moment before it answers. */
const ANSWER_MS = 4;
const TAIL_MS = 3;

interface Scale {
  readonly config: SimScaleConfig;
  readonly context: FrameContext;
  load: Load;
}

/** One line with its simulated indicators. */
export interface SimLine {
  readonly link: SimulatedLink;
  readonly codes: readonly string[];
  act(code: string, action: Action): Promise<Answer>;
  close(): Promise<void>;
}

/** `random` gives 0 ≤ x < 1; `open` makes the simulator's end of the line. */
export async function startLine(
  config: SimLineConfig,
  random: () => number,
  open: (onBytes: OnBytes) => Promise<Outlet>,
): Promise<SimLine> {
  const { protocol, options } = config;
  const scales: Scale[] = config.scales.map((scale) => ({
    config: scale,
    context: { address: scale.address, options },
    load: { ...EMPTY, placedKg: scale.startKg, settledKg: scale.startKg },
  }));
  let faults: Faults = NO_FAULTS;
  let unsent: Uint8Array = new Uint8Array();
  let unread: Uint8Array = new Uint8Array();
  let steppedAt = performance.now();

  const speak = (frame: Uint8Array) => {
    const spoiled = spoil(frame, faults, random);
    faults = spoiled.faults;
    const cut = config.ragged
      ? ragged(unsent, spoiled.bytes, random)
      : { send: spoiled.bytes, waiting: new Uint8Array() };
    unsent = cut.waiting;
    if (cut.send.length > 0) outlet.send(cut.send);
    // The next frame brings the tail along; an answer has no next frame.
    if (protocol.kind === 'polled') setTimeout(sendTail, TAIL_MS);
  };

  const sendTail = () => {
    outlet.send(unsent);
    unsent = new Uint8Array();
  };

  const listen = (chunk: Uint8Array) => {
    if (protocol.kind !== 'polled') return;
    const context = { address: undefined, options };
    const heard = scan(protocol.requestFraming, unread, chunk, context);
    unread = heard.rest;
    for (const request of heard.frames) setTimeout(answer, ANSWER_MS, request);
  };

  const answer = (request: Uint8Array) => {
    if (protocol.kind !== 'polled') return;
    for (const { config: model, context, load } of scales) {
      const reply = protocol.answer(request, display(load, model, random), context);
      if (reply) speak(reply);
    }
  };

  const tick = () => {
    const now = performance.now();
    const seconds = (now - steppedAt) / 1000;
    steppedAt = now;
    for (const scale of scales) {
      scale.load = step(scale.load, scale.config, seconds);
      if (protocol.kind !== 'continuous') continue;
      const frame = protocol.encode(display(scale.load, scale.config, random), scale.context);
      if (frame) speak(frame);
    }
  };

  const outlet = await open(listen);
  const ticking = setInterval(tick, 1000 / config.rateHz);
  const babbling = setInterval(() => {
    if (faults.babble && !faults.broken) outlet.send(noise(BABBLE_BYTES, random));
  }, BABBLE_MS);

  return {
    link: outlet.link,
    codes: scales.map((scale) => scale.config.code),
    async act(code, action) {
      const scale = scales.find((known) => known.config.code === code);
      if (!scale) return { ok: false, error: `no scale "${code}"` };
      const done = changed(scale.load, faults, scale.config, action);
      if ('refused' in done) return { ok: false, error: done.refused };
      scale.load = done.load;
      const wasBroken = faults.broken;
      faults = done.faults;
      if (faults.broken && !wasBroken) await outlet.break();
      if (!faults.broken && wasBroken) await outlet.mend();
      return { ok: true, state: stateOf(scale, faults, outlet.link) };
    },
    async close() {
      clearInterval(ticking);
      clearInterval(babbling);
      await outlet.close();
    },
  };
}

type Changed = { readonly load: Load; readonly faults: Faults } | { readonly refused: string };

function changed(load: Load, faults: Faults, model: SimScaleConfig, action: Action): Changed {
  const keyed = (result: Keyed): Changed =>
    'refused' in result ? result : { load: result.load, faults };
  switch (action.do) {
    case 'put':
      return { load: { ...load, placedKg: action.kg, driftKgPerS: 0 }, faults };
    case 'add':
      return { load: { ...load, placedKg: load.placedKg + action.kg }, faults };
    case 'remove':
      return { load: { ...load, placedKg: 0, driftKgPerS: 0, noiseD: 0 }, faults };
    case 'drift':
      return { load: { ...load, driftKgPerS: action.kg_per_s }, faults };
    case 'noise':
      return { load: { ...load, noiseD: action.d }, faults };
    case 'adc_fault':
      return { load: { ...load, adcFault: action.on }, faults };
    case 'tare':
      return keyed(tare(load, model));
    case 'zero':
      return keyed(zero(load, model));
    case 'corrupt':
      return { load, faults: { ...faults, corrupt: action.frames } };
    case 'drop_byte':
      return { load, faults: { ...faults, dropByte: action.frames } };
    case 'garbage':
    case 'babble':
    case 'quiet':
    case 'heartbeat':
      return { load, faults: { ...faults, [action.do]: action.on } };
    case 'break':
      return { load, faults: { ...faults, broken: true } };
    case 'mend':
      return { load: { ...load, adcFault: false, noiseD: 0 }, faults: NO_FAULTS };
    case 'state':
      return { load, faults };
  }
}

function stateOf(scale: Scale, faults: Faults, link: SimulatedLink): SimulatedState {
  const { load, config } = scale;
  const shown = display(load, config, () => 0.5);
  const blank = shown.overload || shown.underload || shown.adcFault;
  return {
    code: config.code,
    placed_kg: Math.round(load.placedKg * 1e6) / 1e6,
    shown_kg: blank ? null : shown.raw / 10 ** shown.decimals,
    tare_kg: Math.round(load.tareKg * 1e6) / 1e6,
    stable: shown.stable,
    overload: shown.overload,
    underload: shown.underload,
    adc_fault: shown.adcFault,
    faults: Object.entries(faults).flatMap(([name, on]) => (on ? [name] : [])),
    link,
  };
}

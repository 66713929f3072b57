import { crc16 } from './checksum.ts';
import { concat, packet } from './framing.ts';
import { REGISTER_MAPS, type RegisterMap } from './modbus-maps.ts';
import { type Registers, readWeighing, wordsOf, writeRegisters } from './modbus-registers.ts';
import type { FrameContext, PolledProtocol, ProtocolOptions } from './types.ts';

const EXCEPTION = 0x80;
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const REQUEST_LENGTH = 8;
const EXCEPTION_LENGTH = 5;
/** Two reads further apart than this would ask for registers that many devices don't have. */
const MAX_GAP = 4;

interface Block {
  readonly address: number;
  readonly count: number;
}

const mapOf = (options: ProtocolOptions): RegisterMap =>
  options.registers ?? REGISTER_MAPS['gm8802f-2'];

/** The reads that cover weight and status: one where they lie together, else two. */
function blocksOf(map: RegisterMap): readonly Block[] {
  const weight = { address: map.weight.address, count: wordsOf(map.weight.type) };
  if (!map.status) return [weight];
  const status = { address: map.status.address, count: 1 };
  const [low, high] = status.address < weight.address ? [status, weight] : [weight, status];
  if (high.address - (low.address + low.count) > MAX_GAP) return [weight, status];
  const end = Math.max(low.address + low.count, high.address + high.count);
  return [{ address: low.address, count: end - low.address }];
}

const word = (value: number): number[] => [value >> 8, value & 0xff];
const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** The CRC goes low byte first. */
function withCrc(body: Uint8Array): Uint8Array {
  const crc = crc16(body);
  return concat(body, [crc & 0xff, crc >> 8]);
}

function crcAgrees(frame: Uint8Array): boolean {
  const crc = crc16(frame.subarray(0, -2));
  return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
}

const slaveOf = (context: FrameContext): number => context.address ?? 1;

/** Is it the byte count of one of the answers we may wait for? */
function isExpectedCount(byte: number, options: ProtocolOptions): boolean {
  return blocksOf(mapOf(options)).some(({ count }) => 2 * count === byte);
}

/** Modbus RTU transmitters with a configurable register map. */
export const modbusRtu: PolledProtocol = {
  name: 'modbus-rtu',
  vendor: 'Modbus',
  title: 'Modbus RTU',
  kind: 'polled',
  serial: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  addresses: { min: 1, max: 247 },
  tells: ['address', 'stable', 'overload', 'adc_fault', 'zero'],
  checked: () => true,
  options: ['registers'],
  framing: packet({
    fits: (byte, index, buffer, context) => {
      const { readFunction } = mapOf(context.options);
      if (index === 0) return byte === slaveOf(context);
      if (index === 1) return byte === readFunction || byte === (readFunction | EXCEPTION);
      if (index > 2) return true;
      return (buffer[1] ?? 0) & EXCEPTION
        ? byte > 0 && byte < 0x10
        : isExpectedCount(byte, context.options);
    },
    length: (buffer) => {
      if (buffer.length < 3) return undefined;
      return (buffer[1] ?? 0) & EXCEPTION ? EXCEPTION_LENGTH : 5 + (buffer[2] ?? 0);
    },
    verify: crcAgrees,
  }),
  requests: (context) => {
    const map = mapOf(context.options);
    return blocksOf(map).map(({ address, count }) =>
      withCrc(concat([slaveOf(context), map.readFunction], word(address), word(count))),
    );
  },
  decode: (frames, context) => {
    const map = mapOf(context.options);
    const blocks = blocksOf(map);
    const answers = blocks.every((block, i) => {
      const frame = frames[i];
      return frame && !((frame[1] ?? 0) & EXCEPTION) && frame[2] === 2 * block.count;
    });
    if (!answers) return undefined;
    const registers: Registers = (address) => {
      const at = blocks.findIndex(
        (block) => address >= block.address && address < block.address + block.count,
      );
      return wordAt(frames[at] ?? new Uint8Array(), 3 + 2 * (address - (blocks[at]?.address ?? 0)));
    };
    return readWeighing(registers, map, frames[0]?.[0], frames);
  },
  requestFraming: packet({
    fits: (byte, index) =>
      index === 0 ? byte >= 1 && byte <= 247 : index !== 1 || byte < EXCEPTION,
    length: () => REQUEST_LENGTH,
    verify: crcAgrees,
  }),
  answer: (request, shown, context) => {
    const slave = slaveOf(context);
    if (request[0] !== slave) return undefined;
    const map = mapOf(context.options);
    const refuse = (code: number) =>
      withCrc(Uint8Array.of(slave, (request[1] ?? 0) | EXCEPTION, code));
    if (request[1] !== map.readFunction) return refuse(ILLEGAL_FUNCTION);
    const address = wordAt(request, 2);
    const count = wordAt(request, 4);
    const served = blocksOf(map).some(
      (block) => address >= block.address && address + count <= block.address + block.count,
    );
    if (!served || count === 0) return refuse(ILLEGAL_ADDRESS);
    const held = writeRegisters(shown, map);
    const values = Array.from({ length: count }, (_, i) => word(held.get(address + i) ?? 0));
    return withCrc(concat([slave, map.readFunction, 2 * count], values.flat()));
  },
};

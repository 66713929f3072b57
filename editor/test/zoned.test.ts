import assert from 'node:assert/strict';
import { fromLocalField, toLocalField } from '../src/domain/zoned.ts';

describe('times of forms in the plant’s zone', () => {
  it('shows and reads the clocks of Tashkent', () => {
    const at = new Date('2025-08-28T20:30:00Z');
    assert.equal(toLocalField(at, 'Asia/Tashkent'), '2025-08-29T01:30');
    assert.equal(
      fromLocalField('2025-08-29T01:30', 'Asia/Tashkent').toISOString(),
      at.toISOString(),
    );
  });
  it('reads a zone whose clocks change, on both sides of the change', () => {
    assert.equal(
      fromLocalField('2025-03-30T01:30', 'Europe/Berlin').toISOString(),
      '2025-03-30T00:30:00.000Z',
    );
    assert.equal(
      fromLocalField('2025-03-30T03:30', 'Europe/Berlin').toISOString(),
      '2025-03-30T01:30:00.000Z',
    );
  });
});

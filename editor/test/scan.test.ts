import assert from 'node:assert/strict';
import { createScanReader } from '../src/domain/scan.ts';

/** Types the keys with the same gap between them; says what was scanned and whether the last key was taken. */
function scanned(keys: readonly string[], gapMs: number): { codes: string[]; taken: boolean } {
  const codes: string[] = [];
  const read = createScanReader((code) => codes.push(code));
  const taken = keys.map((key, index) => read(key, (index + 1) * gapMs)).at(-1) ?? false;
  return { codes, taken };
}
const CODE = 'FG-2026-11-21-000123';

describe('scanner as a keyboard', () => {
  it('takes a fast burst that ends with Enter', () => {
    assert.deepEqual(scanned([...CODE, 'Enter'], 8), { codes: [CODE], taken: true });
  });
  it('keeps out of a person’s typing', () => {
    assert.deepEqual(scanned([...CODE, 'Enter'], 120), { codes: [], taken: false });
  });
  it('leaves a lone Enter to the button that has the focus', () => {
    assert.deepEqual(scanned(['Enter'], 8), { codes: [], taken: false });
  });
  it('takes capitals, whose Shift comes as a key of its own', () => {
    assert.deepEqual(scanned(['Shift', 'F', 'Shift', 'G', ...'-123456', 'Enter'], 8).codes, [
      'FG-123456',
    ]);
  });
  it('starts anew after a pause', () => {
    const codes: string[] = [];
    const read = createScanReader((code) => codes.push(code));
    for (const [index, key] of [...'lost'].entries()) read(key, index * 8);
    for (const [index, key] of [...CODE, 'Enter'].entries()) read(key, 1000 + index * 8);
    assert.deepEqual(codes, [CODE]);
  });
});

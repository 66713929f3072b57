import assert from 'node:assert/strict';
import { csvOf } from '../src/domain/csv.ts';

const MARK = '\uFEFF';

describe('CSV for spreadsheets', () => {
  it('parts cells as the language of the reader does', () => {
    const rows = [
      ['who', 'pay'],
      ['Aziz', 1500.5],
      [null, true],
    ];
    assert.equal(csvOf(rows, 'en-GB'), `${MARK}who,pay\r\nAziz,1500.5\r\n,true\r\n`);
    assert.equal(csvOf(rows, 'ru-RU'), `${MARK}who;pay\r\nAziz;1500,5\r\n;true\r\n`);
  });

  it('quotes what would break a line, and lets no text be a formula', () => {
    const rows = [['a "b"; c', 'two\nlines', '=HYPERLINK("x")', '-5 kg', -5]];
    const [line] = csvOf(rows, 'en-GB').slice(1).split('\r\n');
    assert.equal(line, `"a ""b""; c","two\nlines","'=HYPERLINK(""x"")",'-5 kg,-5`);
  });
});

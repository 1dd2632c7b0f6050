import { measuresCsv } from './measures-csv';
import type { MeasureRow } from './measures-model';

const row = (label: string, rest: Partial<MeasureRow> = {}): MeasureRow => ({
  number: 1,
  label,
  colour: [1, 2, 3],
  voxels: 12,
  volumeMl: 0.12,
  ...rest,
});

describe('measures as CSV', () => {
  it('has a line a segment, numbers with a point and empty fields where there is no value', () => {
    const intensity = { unit: 'HU', mean: 1.5, standardDeviation: 2, min: -3, max: 4, median: 1 };
    const text = measuresCsv({ rows: [row('Liver', { intensity }), row('Spleen')] });
    expect(text.split('\r\n')).toEqual([
      'segment,label,voxels,volume_ml,unit,mean,sd,min,max,median',
      '1,Liver,12,0.12,HU,1.5,2,-3,4,1',
      '1,Spleen,12,0.12,,,,,,',
      '',
    ]);
  });

  it('quotes what needs it, and is no formula', () => {
    const text = measuresCsv({ rows: [row('a,"b"'), row('=HYPERLINK("x")'), row('-2')] });
    const labels = text
      .split('\r\n')
      .slice(1, 4)
      .map((line) => line.slice(2, -',12,0.12,,,,,,'.length));
    expect(labels[0]).toMatch(/^"a,""b""/);
    expect(labels[1]).toMatch(/^"'=HYPERLINK/);
    expect(labels[2]).toMatch(/^'-2/);
  });
});

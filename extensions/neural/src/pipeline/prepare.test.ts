/** @file What lies beyond an image that a network wants larger. */
import { wholeBox } from '@cordon/extension-workbench/pure';
import { paint } from '../../../../test/support/volumes';
import { prepare } from './prepare';

describe('an image around which there is too little', () => {
  const image = paint([2, 1, 1], Int16Array, (i) => 5 + i);
  const rowOf = (pad?: 'edge' | 'zero') =>
    prepare(image, wholeBox(image.geometry.size), [
      { op: 'crop', mode: 'centre', size: [1, 6], pad },
    ]).grid.values;

  it('goes on with its edge, or with nothing where the manifest says so', () => {
    expect([...rowOf('edge')]).toEqual([5, 5, 5, 6, 6, 6]);
    expect([...rowOf()]).toEqual([5, 5, 5, 6, 6, 6]);
    expect([...rowOf('zero')]).toEqual([0, 0, 5, 6, 0, 0]);
  });
});

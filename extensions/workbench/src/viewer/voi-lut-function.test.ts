import { voiWithoutFunction } from './voi-lut-function';

const window = { WindowCenter: [40, '300'], WindowWidth: '400' };
const given = (VOILUTFunction?: string | string[], type = 'voiLutModule') =>
  voiWithoutFunction(type, () => ({ ...window, VOILUTFunction }));

describe('the window of an image that names its VOI LUT function', () => {
  it.each([['LINEAR'], ['LINEAR_EXACT'], ['LINEAR '], [''], [['LINEAR']], [[]]])(
    'is given without the function %p',
    (name) => {
      expect(given(name)).toEqual({ windowCenter: [40, 300], windowWidth: [400] });
    }
  );

  it('is left to the viewer where there is no function, another function, no window or another question', () => {
    expect(given()).toBeUndefined();
    expect(given('SIGMOID')).toBeUndefined();
    expect(given('LINEAR', 'imagePlaneModule')).toBeUndefined();
    expect(voiWithoutFunction('voiLutModule', () => ({ VOILUTFunction: 'LINEAR' }))).toBe(
      undefined
    );
    expect(voiWithoutFunction('voiLutModule', () => undefined)).toBeUndefined();
  });
});

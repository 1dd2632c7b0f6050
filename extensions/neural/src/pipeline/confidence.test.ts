/** @file Confidence against what can be counted by hand, and against its definition for any probabilities. */
import fc from 'fast-check';
import { CONFIDENCE_STEPS, meanConfidence, uncertaintySteps } from './confidence';
import { argmax } from './scores';

describe('confidence', () => {
  it('is the mean probability of the class that was chosen', () => {
    const planes = [
      Float32Array.of(0.75, 0.25, 0.25, 0.5),
      Float32Array.of(0.25, 0.75, 0.5, 0.25),
      Float32Array.of(0, 0, 0.25, 0.25),
    ];
    const [first, second] = meanConfidence(argmax(planes), planes);
    expect(first).toBe(0.625);
    expect(second).toBeNaN();
    // A voxel that was taken away afterwards does not count.
    expect(meanConfidence(Uint8Array.of(0, 1, 0, 0), planes)[0]).toBe(0.75);
  });

  it('falls into the step that its value says', () => {
    const probability = fc.float({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(probability, { minLength: 1, maxLength: 50 }), (foreground) => {
        const planes = [
          Float32Array.from(foreground, (value) => 1 - value),
          Float32Array.from(foreground),
        ];
        uncertaintySteps(planes).forEach((step, at) => {
          const surest = Math.max(planes[0][at], planes[1][at]);
          const [lower, upper] =
            step === 0 ? [0.95, 2] : [CONFIDENCE_STEPS[step - 2] ?? 0, CONFIDENCE_STEPS[step - 1]];
          expect(surest >= lower && surest < upper).toBe(true);
        });
      })
    );
  });
});

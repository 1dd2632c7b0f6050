/** @file The runner of benchmarks, in a process of its own as suites use it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const runner = join(__dirname, 'runner.mjs');

/** What a few lines print that use the runner. */
function run(lines: string): unknown {
  const program = `import * as runner from ${JSON.stringify(runner)};\n${lines}`;
  const words = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync('node', words, { encoding: 'utf8' }));
}

describe('the runner of benchmarks', () => {
  it('has the sides take turns and keeps each sample', () => {
    const { order, samples } = run(`
      const order = [];
      const side = (name) => async (round) => { order.push(name + round); return order.length; };
      const samples = await runner.interleave([side('a'), side('b')], 3);
      console.log(JSON.stringify({ order, samples }));`) as {
      order: string[];
      samples: number[][];
    };
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
    expect(samples).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
  });

  it('chooses cases by words, and fails with their titles where none is meant', () => {
    const read = run(`
      const cases = [{ title: 'Sobel 256' }, { title: 'Sobel 512' }, { title: 'Otsu 512' }];
      let said = '';
      try { runner.choose(cases, ['Otsu', '256']); } catch ({ message }) { said = message; }
      const titles = (words) => runner.choose(cases, words).map(({ title }) => title);
      console.log(JSON.stringify([titles([]).length, titles(['Sobel', '512']), said]));`);
    expect(read).toEqual([3, ['Sobel 512'], expect.stringMatching(/"Otsu 256".*\nSobel 256\n/)]);
  });

  it('runs the cases of any word, and fails for a word that no case holds', () => {
    const read = run(`
      const cases = ['Threshold', 'Automatic threshold', 'Islands'].map((title) => ({ title }));
      const titles = (words) => runner.chooseAny(cases, words).map(({ title }) => title);
      let said = '';
      try { titles(['islands', 'x']); } catch (error) { said = error.message; }
      console.log(JSON.stringify([titles([]).length, titles(['islands', 'auto']), said]));`);
    expect(read).toEqual([
      3,
      ['Automatic threshold', 'Islands'],
      expect.stringMatching(/^No case holds "x".*\nThreshold\n/),
    ]);
  });

  it('reads options, and refuses one that is no number', () => {
    const read = run(`
      const words = ['graph', '--rounds=7'];
      let refused = false;
      try { runner.numberOption(['--rounds=x'], 'rounds', 1); } catch { refused = true; }
      console.log(JSON.stringify([runner.numberOption(words, 'rounds', 3),
        runner.numberOption(words, 'slices', 600), runner.searchWords(words), refused]));`);
    expect(read).toEqual([7, 600, ['graph'], true]);
  });

  it('takes the middle, and time of the processor, not of the clock', () => {
    const [odd, even, asleep, busy] = run(`
      const asleep = await runner.cpuMs(() => new Promise((done) => setTimeout(done, 300)));
      const busy = await runner.cpuMs(() => { const end = performance.now() + 300; while (performance.now() < end); });
      console.log(JSON.stringify([runner.median([9, 1, 4]), runner.median([4, 1, 9, 2]), asleep, busy]));`) as number[];
    expect([odd, even]).toEqual([4, 3]);
    expect(asleep).toBeLessThan(150);
    expect(busy).toBeGreaterThan(asleep);
  });
});

import type { Vec3 } from '@cordon/extension-workbench/pure';
import { boostFlows, boostMissing } from '../../../../test/support/boost-flow';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { randomFrom } from '../../../../test/support/volumes';
import { cutWasm } from '../generated/cut';
import { Arena } from './arena';
import { forwardSteps, GraphCut, GridCut, type GridKind } from './cut';
import { instantiate } from './wasm';

const FINAL = { quality: 'final' } as const;
const GRIDS = 1000;

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly pair: number;
  readonly forward: number;
  readonly backward: number;
}
interface Problem {
  readonly size: Vec3;
  readonly kind: GridKind;
  readonly edges: readonly Edge[];
  /** Source capacity when positive, sink capacity when negative. */
  readonly terminals: readonly number[];
  /** Added to some terminals later. */
  readonly changes: readonly (readonly [node: number, amount: number])[];
}

/** A random grid with capacities that are often zero or large. */
function problem(seed: number): Problem {
  const random = randomFrom(seed);
  const pick = (most: number) => Math.floor(random() * (most + 1));
  const kind = ([4, 8, 6, 26] as const)[seed % 4];
  const size: Vec3 = [1 + pick(5), 1 + pick(4), kind < 6 || kind === 8 ? 1 : 2 + pick(2)];
  const count = size[0] * size[1] * size[2];
  const capacity = () => (random() < 0.25 ? 0 : random() < 0.1 ? 32767 : pick(40));
  const edges: Edge[] = [];
  for (let from = 0; from < count; from++) {
    const [i, j] = [from % size[0], Math.floor(from / size[0]) % size[1]];
    const k = Math.floor(from / (size[0] * size[1]));
    forwardSteps(kind).forEach(([di, dj, dk], pair) => {
      const [x, y, z] = [i + di, j + dj, k + dk];
      if (x < 0 || y < 0 || x >= size[0] || y >= size[1] || z >= size[2]) return;
      const to = x + size[0] * (y + size[1] * z);
      edges.push({ from, to, pair, forward: capacity(), backward: capacity() });
    });
  }
  const terminals = Array.from({ length: count }, () => (random() < 0.4 ? 0 : pick(160) - 80));
  const changes = Array.from(
    { length: 1 + pick(3) },
    () => [pick(count - 1), pick(400) - 200] as const
  );
  return { size, kind, edges, terminals, changes };
}

async function kernelsOf() {
  const arena = new Arena();
  return { arena, kernels: await instantiate(cutWasm, arena.memory) };
}

/** The solved grid, and after its changes solved again, warm. */
async function solveGrid({ size, kind, edges, terminals, changes }: Problem) {
  const { arena, kernels } = await kernelsOf();
  const cut = new GridCut(kernels, arena, size, kind);
  for (const { from, pair, forward, backward } of edges) cut.link(from, pair, forward, backward);
  terminals.forEach((amount, node) => {
    if (amount !== 0) cut.change(node, amount);
  });
  await cut.solve(FINAL);
  const out = arena.allocate(terminals.length);
  const side = () => {
    cut.writeSide(out);
    return [...arena.u8(out, terminals.length)];
  };
  const cold = { flow: cut.flow, side: side() };
  for (const [node, amount] of changes) cut.change(node, amount);
  await cut.solve(FINAL);
  return { cold, warm: { flow: cut.flow, side: side() } };
}

async function solveGraph({ edges, terminals, changes }: Problem) {
  const { arena, kernels } = await kernelsOf();
  const cut = new GraphCut(kernels, arena, terminals.length, edges.length);
  for (const { from, to, forward, backward } of edges) cut.link(from, to, forward, backward);
  terminals.forEach((amount, node) => {
    if (amount !== 0) cut.change(node, amount);
  });
  await cut.solve(FINAL);
  const cold = { flow: cut.flow, side: [...cut.side()] };
  for (const [node, amount] of changes) cut.change(node, amount);
  await cut.solve(FINAL);
  return { cold, warm: { flow: cut.flow, side: [...cut.side()] } };
}

const problems = Array.from({ length: GRIDS }, (_, seed) => problem(seed));

describe('minimum cut against Boost', () => {
  const missing = boostMissing();
  const run = missing === undefined || process.env.CI ? it : it.skip;

  run(`has the flow of its solver on ${GRIDS} random grids, cold and warm`, async () => {
    if (missing !== undefined) throw new Error(missing);
    const edgesOf = ({ edges }: Problem) =>
      edges.map(({ from, to, forward, backward }) => [from, to, forward, backward] as const);
    const split = (amount: number) => [Math.max(amount, 0), Math.max(-amount, 0)] as const;
    const cold = boostFlows(
      problems.map((one) => ({ edges: edgesOf(one), terminals: one.terminals.map(split) }))
    );
    const warm = boostFlows(
      problems.map((one) => {
        const terminals = one.terminals.map((amount) => [...split(amount)] as [number, number]);
        for (const [node, amount] of one.changes)
          terminals[node][amount > 0 ? 0 : 1] += Math.abs(amount);
        return { edges: edgesOf(one), terminals };
      })
    );
    expect(cold).toHaveLength(GRIDS);
    for (const [at, one] of problems.entries()) {
      for (const found of [await solveGrid(one), await solveGraph(one)]) {
        expect([at, found.cold.flow, found.warm.flow]).toEqual([at, cold[at], warm[at]]);
      }
    }
  });
});

describeWithPython(['scipy'], 'minimum cut against an independent maximum flow', () => {
  it(`has scipy's flow and its smallest cut on ${GRIDS} random grids, cold and warm`, async () => {
    const reference = await runPython({
      script: `
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow, breadth_first_order
def solve(n, edges, terminals):
    rows, cols, caps = [], [], []
    for a, b, f, g in edges:
        rows += [a, b]; cols += [b, a]; caps += [f, g]
    for i, (cs, ct) in enumerate(terminals):
        rows += [n, i]; cols += [i, n + 1]; caps += [cs, ct]
    graph = csr_matrix((np.array(caps, 'i4'), (rows, cols)), shape=(n + 2, n + 2))
    result = maximum_flow(graph, n, n + 1)
    residual = graph - result.flow
    residual.data[residual.data < 0] = 0
    residual.eliminate_zeros()
    reached = breadth_first_order(residual, n, return_predecessors=False)
    side = np.zeros(n + 2, int); side[reached] = 1
    return [int(result.flow_value)] + side[:n].tolist()
cold, warm = [], []
for p in P['problems']:
    n = len(p['t'])
    t = [[max(x, 0), max(-x, 0)] for x in p['t']]
    cold.append(solve(n, p['e'], t))
    for i, x in p['c']: t[i][0 if x > 0 else 1] += abs(x)
    warm.append(solve(n, p['e'], t))
R['cold'], R['warm'] = cold, warm`,
      values: {
        problems: problems.map(({ edges, terminals, changes }) => ({
          e: edges.map(({ from, to, forward, backward }) => [from, to, forward, backward]),
          t: terminals,
          c: changes,
        })),
      },
    });
    const cold = reference.values.cold as number[][];
    const warm = reference.values.warm as number[][];
    expect(cold.filter(([flow]) => flow > 0).length).toBeGreaterThan(0.6 * GRIDS);
    for (const [at, one] of problems.entries()) {
      for (const found of [await solveGrid(one), await solveGraph(one)]) {
        expect([at, found.cold.flow, ...found.cold.side]).toEqual([at, ...cold[at]]);
        expect([at, found.warm.flow, ...found.warm.side]).toEqual([at, ...warm[at]]);
      }
    }
  });
});

describe('warm solution', () => {
  it('equals a cold one after a seed was added, and visits far fewer nodes', async () => {
    const size: Vec3 = [40, 36, 20];
    const count = size[0] * size[1] * size[2];
    const random = randomFrom(8);
    const levels = Uint16Array.from({ length: count }, (_, at) => {
      const [i, j] = [at % 40, Math.floor(at / 40) % 36];
      const ball = Math.hypot(i - 20, j - 18, Math.floor(at / 1440) - 10) < 9;
      return (ball ? 60 : 20) + Math.floor(random() * 20);
    });
    const weights = Float32Array.from({ length: 100 }, (_, d) => 1000 * Math.exp((-d * d) / 200));
    const ready = async () => {
      const { arena, kernels } = await kernelsOf();
      const at = arena.allocate(2 * count);
      arena.u16(at, count).set(levels);
      const cut = new GridCut(kernels, arena, size, 6);
      cut.connect(at, weights, [1, 1, 1]);
      const out = arena.allocate(count);
      const side = () => {
        cut.writeSide(out);
        return arena.u8(out, count).slice();
      };
      return { cut, side };
    };
    const middle = 20 + 40 * (18 + 36 * 10);
    const seeds = [
      [middle, 1e6],
      [0, -1e6],
      [count - 1, -1e6],
    ] as const;
    const late = [middle + 13, -1e6] as const;
    const warm = await ready();
    for (const [node, amount] of seeds) warm.cut.change(node, amount);
    const first = await warm.cut.solve(FINAL);
    warm.cut.change(...late);
    const again = await warm.cut.solve(FINAL);
    const cold = await ready();
    for (const [node, amount] of [...seeds, late]) cold.cut.change(node, amount);
    const whole = await cold.cut.solve(FINAL);
    expect(warm.cut.flow).toBe(cold.cut.flow);
    expect(warm.side()).toEqual(cold.side());
    expect(first).toBeGreaterThan(count / 2);
    expect(again).toBeLessThan(whole / 4);
  });
});

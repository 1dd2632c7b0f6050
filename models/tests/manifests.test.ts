/**
 * Manifests validate, hashes and sizes match, nothing is larger than promised, and README.md says what comparison.json says.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Ajv from 'ajv';

interface ArrayFile {
  readonly path: string;
  readonly dtype: 'float32' | 'float16' | 'int16' | 'uint8' | 'int64';
  readonly shape: readonly number[];
}
interface Manifest {
  readonly version: string;
  readonly cordon: {
    readonly id: string;
    readonly files: readonly {
      readonly path: string;
      readonly bytes: number;
      readonly sha256: string;
    }[];
    readonly inference: { readonly mode: string };
    readonly golden: { readonly arrays: Readonly<Record<string, ArrayFile>> };
    readonly training: { readonly resumePoint: { readonly path: string; readonly sha256: string } };
  };
}
interface Index {
  readonly models: readonly {
    readonly id: string;
    readonly manifest: string;
    readonly manifestSha256: string;
    readonly bytes: number;
  }[];
}
interface Run {
  readonly run: string;
  readonly task: string;
  readonly architecture: string;
  readonly iteration: number;
  readonly metrics: { readonly dice: readonly [number, number, number]; readonly ap50?: number };
  readonly cases: readonly {
    readonly dice?: number;
    readonly classes?: Readonly<Record<string, { readonly dice: number }>>;
  }[];
}

const models = resolve(__dirname, '..');
const read = (...parts: readonly string[]) => readFileSync(join(models, ...parts));
const parse = (...parts: readonly string[]): unknown => JSON.parse(read(...parts).toString());
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = { float32: 4, float16: 2, int16: 2, uint8: 1, int64: 8 } as const;
const index = parse('index.json') as Index;
const manifestOf = (id: string) => parse(id, 'metadata.json') as Manifest;

describe('the index', () => {
  it('lists every model folder with the hash of its manifest', () => {
    const folders = readdirSync(models).filter((name) =>
      existsSync(join(models, name, 'metadata.json'))
    );
    expect(index.models.map(({ id }) => id).sort()).toEqual(folders.sort());
    for (const { id, manifest, manifestSha256, bytes } of index.models) {
      expect(manifest).toBe(`${id}/metadata.json`);
      expect(sha256(read(manifest))).toBe(manifestSha256);
      const { files } = manifestOf(id).cordon;
      expect(files.reduce((sum, file) => sum + file.bytes, 0)).toBe(bytes);
    }
  });

  it('keeps all graphs within 64 MB, every graph within 4 MB, of a whole head within 6 MB', () => {
    const models = index.models.map(({ id }) => manifestOf(id).cordon);
    const sizes = models.flatMap(({ files }) => files.map(({ bytes }) => bytes));
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(64e6);
    for (const { files, inference } of models) {
      const most = inference.mode === 'labels' ? 6e6 : 4e6;
      for (const { bytes } of files) expect(bytes).toBeLessThanOrEqual(most);
    }
  });
});

describe.each(index.models.map(({ id }) => id))('%s', (id) => {
  const manifest = manifestOf(id);

  it('has a manifest that the schema accepts', () => {
    const validate = new Ajv({ allErrors: true }).compile(parse('manifest.schema.json') as object);
    validate(manifest);
    expect(validate.errors ?? []).toEqual([]);
    expect(manifest.cordon.id).toBe(id);
    expect(validate({ ...manifest, cordon: { ...manifest.cordon, opset: 9 } })).toBe(false);
  });

  it('has the files that the manifest names, with their hashes', () => {
    const files = readdirSync(join(models, id)).filter((name) => name.endsWith('.onnx'));
    expect(manifest.cordon.files.map(({ path }) => path).sort()).toEqual(files.sort());
    for (const { path, bytes, sha256: hash } of manifest.cordon.files) {
      expect(statSync(join(models, id, path)).size).toBe(bytes);
      expect(sha256(read(id, path))).toBe(hash);
    }
    const { path, sha256: hash } = manifest.cordon.training.resumePoint;
    expect(sha256(read(path))).toBe(hash);
  });

  it('has golden arrays of the sizes that the manifest names', () => {
    for (const { path, dtype, shape } of Object.values(manifest.cordon.golden.arrays)) {
      const size = shape.reduce((product, extent) => product * extent, bytesOf[dtype]);
      expect(gunzipSync(read(id, path)).length).toBe(size);
    }
  });

  it('has a card with its pictures', () => {
    const card = read(id, 'README.md').toString();
    expect(card).toContain('Research use only. Not a medical device.');
    for (const [, picture] of card.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
      expect(existsSync(join(models, id, picture))).toBe(true);
    }
  });
});

describe('README.md', () => {
  const { runs } = parse('comparison.json') as { readonly runs: readonly Run[] };
  const readme = read('README.md').toString();

  it('shows the mean and interval of every evaluated run', () => {
    expect(runs.length).toBeGreaterThan(0);
    for (const { metrics } of runs) {
      const [mean, low, high] = metrics.dice.map((value) => value.toFixed(3));
      expect(readme).toContain(`${mean} (${low} to ${high})`);
      if (metrics.ap50 !== undefined) expect(readme).toContain(metrics.ap50.toFixed(3));
    }
  });

  it('has plots that exist', () => {
    const plots = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => path);
    expect(plots.length).toBeGreaterThan(0);
    for (const path of plots) expect(existsSync(join(models, path))).toBe(true);
  });

  it('rests on means of the per-case values', () => {
    for (const { metrics, cases } of runs) {
      const values = cases.map(({ classes, dice }) => {
        const each = classes ? Object.values(classes).map((entry) => entry.dice) : [dice ?? NaN];
        return each.reduce((sum, value) => sum + value, 0) / each.length;
      });
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean - metrics.dice[0])).toBeLessThan(1e-4);
      expect(metrics.dice[1]).toBeLessThanOrEqual(mean);
      expect(metrics.dice[2]).toBeGreaterThanOrEqual(mean);
    }
  });

  it('compares networks of one table at equal iterations on the same cases', () => {
    for (const task of new Set(runs.map((run) => run.task))) {
      const sizes = new Set(
        runs.filter((run) => run.task === task).map(({ cases }) => cases.length)
      );
      expect(sizes.size).toBe(1);
    }
    for (const [, heading, table] of readme.matchAll(/### ([^\n]+)\n([\s\S]*?)(?=\n### |\n## )/g)) {
      const found = /\(`([a-z-]+)`\), (\d+) iterations each/.exec(heading);
      if (!found) continue;
      const [, task, iterations] = found;
      const first = table.split('\n\n').find((block) => block.startsWith('| network'))!;
      const rows = first.trim().split('\n').slice(2);
      const level = runs.filter((run) => run.task === task && run.iteration === Number(iterations));
      expect(rows.length).toBeLessThanOrEqual(level.length);
      for (const row of rows) {
        const shown = row.split('|')[2].trim();
        const sources = level.map(({ metrics }) => {
          const [mean, low, high] = metrics.dice.map((value) => value.toFixed(3));
          return `${mean} (${low} to ${high})`;
        });
        expect(sources).toContain(shown);
      }
    }
  });
});

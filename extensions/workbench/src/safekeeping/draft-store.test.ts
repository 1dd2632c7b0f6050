/** @file Unsaved work: kept, encrypted, apart for each user, and honest when it cannot be kept. */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { openDB } from 'idb';
import { CATEGORIES, unnamedSegment } from '../terms/segment-description';
import { Geometry } from '../volume/geometry';
import type { Draft } from './draft';
import { DraftStore } from './draft-store';
import { decodeRuns, encodeRuns } from './run-lengths';

const geometry = new Geometry({
  columns: 7,
  rows: 5,
  pixelSpacingMm: [0.5, 0.7],
  rowDirection: [0, 1, 0],
  columnDirection: [0, 0, -1],
  slicePositionsLps: [
    [0, 0, 0],
    [-1, 0, 0],
    [-2.5, 0, 0],
  ],
});

function makeDraft(id: string, changedAt = '2026-01-01T00:00:00Z'): Draft {
  const layer = new Uint8Array(geometry.voxelCount).map((_, at) => (at % 3 === 0 ? 2 : 0));
  return {
    id,
    studyInstanceUid: '2.25.1',
    seriesInstanceUid: '2.25.2',
    label: 'Sekret <b>',
    changedAt,
    labels: {
      geometry,
      layers: [layer, new Uint16Array(geometry.voxelCount).fill(300)],
      segments: [
        { ...unnamedSegment(2, [10, 20, 30]), number: 2, layer: 0, category: CATEGORIES.tissue },
        { ...unnamedSegment(300, [1, 2, 3]), number: 300, layer: 1 },
      ],
    },
    recipes: new Map([[2, '{"cordonRecipe":1}']]),
  };
}

interface Sealed {
  readonly iv: Uint8Array;
  readonly bytes: ArrayBuffer;
}
interface Row {
  readonly user: string;
  readonly summary: Sealed;
  readonly content: Sealed;
}

const name = () => `drafts-${crypto.randomUUID()}`;

describe('the store of unsaved work', () => {
  it('gives back what was kept, after the store was closed and opened again', async () => {
    const databaseName = name();
    const first = await DraftStore.open({ user: 'anna', databaseName });
    await first.put(makeDraft('a'));
    first.close();
    const again = await DraftStore.open({ user: 'anna', databaseName });
    const draft = await again.get('a');
    expect(draft?.labels.layers).toEqual(makeDraft('a').labels.layers);
    expect(draft?.labels.segments).toEqual(makeDraft('a').labels.segments);
    expect(draft?.labels.geometry.toOptions()).toEqual(geometry.toOptions());
    expect(draft?.recipes.get(2)).toBe('{"cordonRecipe":1}');
    again.close();
  });

  it('lists newest first, replaces by id, and erases', async () => {
    const store = await DraftStore.open({ user: 'anna', databaseName: name() });
    await store.put(makeDraft('a', '2026-01-01T00:00:00Z'));
    await store.put(makeDraft('b', '2026-01-02T00:00:00Z'));
    await store.put(makeDraft('a', '2026-01-03T00:00:00Z'));
    expect((await store.list()).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await store.list('2.25.9')).toEqual([]);
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
    expect((await store.list('2.25.1')).map(({ id }) => id)).toEqual(['b']);
    store.close();
  });

  it('shows one user nothing of another', async () => {
    const databaseName = name();
    const anna = await DraftStore.open({ user: 'anna', databaseName });
    await anna.put(makeDraft('a'));
    const bert = await DraftStore.open({ user: 'bert', databaseName });
    expect(await bert.list()).toEqual([]);
    expect(await bert.get('a')).toBeUndefined();
    anna.close();
    bert.close();
  });

  it('holds no name, label, UID or recipe in the clear, and a key that cannot be exported', async () => {
    const databaseName = name();
    const store = await DraftStore.open({ user: 'anna', databaseName });
    await store.put(makeDraft('a'));
    store.close();
    const raw = await openDB(databaseName);
    const rows = (await raw.getAll('drafts')) as Row[];
    const [key] = (await raw.getAll('keys')) as CryptoKey[];
    const { user, summary, content } = rows[0];
    const bytes = Buffer.concat([Buffer.from(summary.bytes), Buffer.from(content.bytes)]);
    for (const word of ['anna', 'Sekret', '2.25.1', 'cordonRecipe']) {
      expect(user).not.toContain(word);
      expect(bytes.includes(word)).toBe(false);
    }
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    raw.close();
  });

  it('refuses a draft that somebody changed, and one moved to another id', async () => {
    const databaseName = name();
    const store = await DraftStore.open({ user: 'anna', databaseName });
    await store.put(makeDraft('a'));
    await store.put(makeDraft('b'));
    const raw = await openDB(databaseName);
    const [a, b] = (await raw.getAll('drafts')) as Row[];
    const flipped = new Uint8Array(a.content.bytes.slice(0));
    flipped[flipped.length - 1] ^= 1;
    await raw.put('drafts', { ...a, content: { ...a.content, bytes: flipped.buffer } });
    await raw.put('drafts', { ...b, content: a.content });
    raw.close();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'DRAFT_CORRUPT' });
    await expect(store.get('b')).rejects.toMatchObject({ code: 'DRAFT_CORRUPT' });
    store.close();
  });

  it('says so when storage is denied', async () => {
    const real = indexedDB.open.bind(indexedDB);
    jest.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    await expect(DraftStore.open({ user: 'anna', databaseName: name() })).rejects.toMatchObject({
      code: 'DRAFTS_UNAVAILABLE',
    });
    expect(real).toBeInstanceOf(Function);
  });

  it('says so when storage is full, and keeps the older draft', async () => {
    const store = await DraftStore.open({ user: 'anna', databaseName: name() });
    await store.put(makeDraft('a', '2026-01-01T00:00:00Z'));
    const full = jest.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('quota', 'QuotaExceededError');
    });
    await expect(store.put(makeDraft('a', '2026-01-05T00:00:00Z'))).rejects.toMatchObject({
      code: 'DRAFTS_FULL',
    });
    full.mockRestore();
    expect((await store.get('a'))?.changedAt).toBe('2026-01-01T00:00:00Z');
    store.close();
  });
});

describe('run-length coding', () => {
  it('is the identity for any labels', () => {
    const layer = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 65535 }), fc.integer({ min: 1, max: 50 }))
    );
    fc.assert(
      fc.property(layer, (runs) => {
        const voxels = Uint16Array.from(
          runs.flatMap(([value, times]) => Array<number>(times).fill(value))
        );
        expect(decodeRuns(encodeRuns(voxels), new Uint16Array(voxels.length))).toEqual(voxels);
      })
    );
  });

  it('refuses runs that do not fill the layer', () => {
    const runs = encodeRuns(new Uint8Array(10));
    expect(() => decodeRuns(runs, new Uint8Array(9))).toThrow(/DRAFT|longer/);
    expect(() => decodeRuns(runs, new Uint8Array(11))).toThrow('10 of 11');
  });
});

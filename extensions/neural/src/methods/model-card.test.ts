/** @file The cards of the shipped models say how well they did and whether they met their targets. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseManifest } from '../catalog/manifest';
import { modelCard } from './model-card';

const models = path.resolve(__dirname, '../../../../models');
const parse = (...parts: readonly string[]) =>
  JSON.parse(readFileSync(path.join(models, ...parts), 'utf8')) as unknown;
const { models: listed } = parse('index.json') as {
  readonly models: readonly { readonly id: string; readonly status: string }[];
};
const cardOf = (json: unknown) =>
  new Map(modelCard(parseManifest(json)).map(({ title, text }) => [title, text]));
const TESTED = 'Tested (Dice, 95 % interval)';
/** `0.87 (0.86 to 0.88)`. */
const SCORE = /\d\.\d\d \(\d\.\d\d to \d\.\d\d\)/g;

describe('the card of a shipped model', () => {
  it.each(listed.map(({ id, status }) => [id, status]))(
    '%s says how it was tested, and its status',
    (id, status) => {
      const card = cardOf(parse(id, 'metadata.json'));
      expect(card.get(TESTED)).toMatch(SCORE);
      expect(card.get('Status')).toContain('Research use only');
      expect(card.get('Status')!.includes('Experimental')).toBe(status === 'experimental');
    }
  );

  it.each(listed.map(({ id }) => id).filter((id) => id.startsWith('brain-anatomy')))(
    '%s has the mean of the 30 structures and how far they lie apart',
    (id) => {
      const tested = cardOf(parse(id, 'metadata.json')).get(TESTED)!;
      expect(tested).toMatch(/^images of 1 mm, mean of 30 structures 0/);
      expect(tested).toMatch(/ to brain stem 0\./);
      const [mean, least, best] = (tested.match(SCORE) ?? []).map(parseFloat);
      expect(least).toBeLessThan(mean);
      expect(mean).toBeLessThan(best);
    }
  );

  it('says how many targets are missed, when the manifest does', () => {
    const json = parse(listed[0].id, 'metadata.json') as Record<string, object>;
    const cordon = { ...json.cordon, training: { status: 'experimental' } };
    const targets = { missed: 8, of: 9 };
    const told = { ...json, cordon, eval_metrics: { ...json.eval_metrics, targets } };
    expect(cardOf(told).get('Status')).toMatch(/Experimental: 8 of 9 targets are missed\.$/);
    const trained = { ...told, cordon: { ...json.cordon, training: { status: 'trained' } } };
    expect(cardOf(trained).get('Status')).not.toContain('targets');
  });

  it('leaves out what the manifest has in another form', () => {
    const json = parse(listed[0].id, 'metadata.json') as Record<string, object>;
    const cordon = { ...json.cordon, training: 'unknown' };
    const card = cardOf({ ...json, cordon, eval_metrics: { dice: 'good' } });
    expect(card.has(TESTED)).toBe(false);
    expect(card.get('Status')).toBe('Research use only. Not a medical device.');
  });
});

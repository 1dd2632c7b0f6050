/**
 * @file Runs the recipe of a segment again.
 *
 * As in the viewer, a method that works on a segment replaces it, what it splits off begins empty, and any other method adds to the
 * segment; within the intensity range of the write rule. What other segments allowed or forbade is not in a recipe: the caller is
 * told when a step depended on it.
 */
import {
  CordonError,
  decodePrompts,
  runMethod,
  wholeBox,
  boxSize,
  type ImageVolume,
  type LabelResult,
  type MethodRegistry,
  type Recipe,
  type RecipeStep,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import { imagesOf, type GivenChannel } from './channels';
import { FROM_FILE } from './make-recipe';

export type RunContext = Omit<UpdateContext, 'quality'>;

const OTHER_ENGINES = new Map([
  ['webgpu', 'WebGPU'],
  ['native', 'the native engine'],
]);

/** The engine of a step that WebAssembly may repeat with a few other voxels; undefined where it repeats it exactly. */
export const otherEngine = ({ runtime }: Pick<RecipeStep, 'runtime'>): string | undefined =>
  OTHER_ENGINES.get(runtime);

export class RecipeRunner {
  readonly #image: ImageVolume;
  readonly #channels: readonly GivenChannel[];
  readonly #methods: MethodRegistry;
  readonly #context: RunContext;
  /** Results of steps that start from nothing: several classes of one run are several recipes. */
  readonly #results = new Map<string, LabelResult>();
  readonly warnings = new Set<string>();

  /** `channels`: further images, for methods that take several. */
  constructor(
    image: ImageVolume,
    methods: MethodRegistry,
    context: RunContext,
    channels: readonly GivenChannel[] = []
  ) {
    this.#image = image;
    this.#channels = channels;
    this.#methods = methods;
    this.#context = context;
  }

  /** 0/1 a voxel of the image. Throws `RECIPE_OUTDATED`, and what methods throw. */
  async run(recipe: Recipe): Promise<Uint8Array> {
    const mask = new Uint8Array(this.#image.geometry.voxelCount);
    for (const [index, step] of recipe.steps.entries()) {
      await this.#runStep(step, mask, index === 0);
    }
    return mask;
  }

  async #runStep(step: RecipeStep, mask: Uint8Array, isFirst: boolean): Promise<void> {
    if (step.method === FROM_FILE) {
      for (const { voxels } of decodePrompts(step.prompts).scribbles) {
        for (const voxel of voxels) mask[voxel] = 1;
      }
      return;
    }
    const { method } = this.#methods.get(step.method);
    if (method.version !== step.version) {
      throw outdated(
        `it was made by version ${step.version} of "${step.method}", this is ${method.version}`
      );
    }
    const engine = otherEngine(step);
    if (engine !== undefined) {
      this.warnings.add(
        `A step ran on ${engine}; it is run again on WebAssembly, which may differ in single voxels.`
      );
    }
    if (
      step.writeRule &&
      (step.writeRule.area !== 'everywhere' || step.writeRule.overwrite !== 'all')
    ) {
      this.warnings.add(
        'The write rule of a step depended on other segments, which a recipe does not hold.'
      );
    }
    const { segment } = method.inputs;
    // A method that can do without a segment had none when it was the first step.
    const isOnSegment = segment === 'required' || (segment === 'optional' && !isFirst);
    const labels = await this.#labels(step, isOnSegment ? mask.slice() : undefined);
    this.#write(step, labels, mask, isOnSegment);
  }

  async #labels(step: RecipeStep, segment: Uint8Array | undefined): Promise<LabelResult> {
    const key = JSON.stringify({ ...step, label: 0 });
    const known = segment ? undefined : this.#results.get(key);
    if (known) return known;
    const { method } = this.#methods.get(step.method);
    const { parameters, region } = step;
    const channels = imagesOf(method, this.#image, this.#channels);
    const request = { prompts: decodePrompts(step.prompts), parameters, region, segment };
    const { labels } = await runMethod(method, { channels }, request, this.#context);
    if (!labels) throw outdated(`"${step.method}" gives no labels`);
    if (!segment) this.#results.set(key, labels);
    return labels;
  }

  #write(
    step: RecipeStep,
    { box, voxels }: LabelResult,
    mask: Uint8Array,
    replaces: boolean
  ): void {
    const [columns, rows] = wholeBox(this.#image.geometry.size).toIjk;
    const [width, height, depth] = boxSize(box);
    if (step.splitOff) mask.fill(0);
    const range = step.writeRule?.range;
    const mayWrite = (at: number) => {
      if (!range) return true;
      const value = this.#image.voxels[at];
      return (value >= range.lower && value <= range.upper) !== range.invert;
    };
    for (let k = 0, source = 0; k < depth; k++) {
      for (let j = 0; j < height; j++) {
        const start = box.fromIjk[0] + columns * (box.fromIjk[1] + j + rows * (box.fromIjk[2] + k));
        for (let at = start; at < start + width; at++, source++) {
          const isInside = voxels[source] === step.label;
          if ((isInside || replaces) && mayWrite(at)) mask[at] = isInside ? 1 : 0;
        }
      }
    }
  }
}

const outdated = (why: string) =>
  new CordonError({
    code: 'RECIPE_OUTDATED',
    what: 'The recipe cannot be run again',
    why,
    remedy: 'use the version of Cordon that made it, or run the method by hand',
  });

/**
 * @file For which studies the mode is offered.
 */

/** Modalities whose images are grey and lie in the patient. */
const FITTING = ['CT', 'MR', 'PT', 'NM'];

export interface Validity {
  readonly valid: boolean;
  /** Why it does not fit, in a sentence. */
  readonly description: string;
}

/** Whether the mode fits a study. `modalities` as OHIF gives them: separated by backslash or slash. */
export function fitsModalities(modalities: string): Validity {
  const list = modalities.split(/[\\/]/).filter(Boolean);
  if (list.some((modality) => FITTING.includes(modality))) return { valid: true, description: '' };
  const found = list.length > 0 ? list.join(', ') : 'nothing that is known';
  return {
    valid: false,
    description: `Cordon segments CT, MR, PET and nuclear medicine images. This study has ${found}.`,
  };
}

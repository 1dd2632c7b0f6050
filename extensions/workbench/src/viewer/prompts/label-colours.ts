/** @file The colours in which labels of prompts are drawn: told apart by people with colour blindness too. */

const BACKGROUND = '#f4a3a3';
const TARGETS = ['#7dff8a', '#5ec8ff', '#ffd34d', '#d9a2ff', '#ff9a52', '#9af0e4'] as const;

export const labelColour = (label: number): string =>
  label === 0 ? BACKGROUND : TARGETS[(label - 1) % TARGETS.length];

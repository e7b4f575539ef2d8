import type { Tensor } from "./gguf-writer.ts";

/** A seeded source of numbers in [0, 1): mulberry32, so that the files are the same on every machine. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const sizeOf = (dimensions: readonly number[]): number => dimensions.reduce((product, n) => product * n, 1);

/** Uniform weights with a mean of 0 and the given standard deviation. */
export const randomTensor = (
  name: string,
  dimensions: readonly number[],
  deviation: number,
  random: () => number,
): Tensor => {
  const reach = deviation * Math.sqrt(3);
  const weights = Float32Array.from({ length: sizeOf(dimensions) }, () => (random() * 2 - 1) * reach);
  return { name, dimensions, weights };
};

/** One value everywhere: 1 for norms, 0 for biases. */
export const constantTensor = (name: string, dimensions: readonly number[], value: number): Tensor => ({
  name,
  dimensions,
  weights: new Float32Array(sizeOf(dimensions)).fill(value),
});

/** Texts repeat words on purpose; so many characters they do not say again and again. */
const unitLength = 40;
const mostRepeats = 10;

/** Further back than this nothing is looked for. A power of two: places in the ring are found by masking. */
const ringSize = 16_384;
const mask = ringSize - 1;

/** Base of the rolling hash, and what its oldest letter counts. */
const base = 257;
const oldest = Array.from({ length: unitLength }).reduce<number>((power) => Math.imul(power, base), 1);

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Watches text as it comes. `add` says whether it has been going in circles since its last characters. */
export interface RepetitionWatch {
  add(text: string): boolean;
}

/**
 * Finds a model that goes in circles: the same 40 or more characters (or shorter ones that make as many) ten times in a
 * row at the end of its text, or nothing but white space for as long. Constant time for each character.
 */
export const watchRepetition = (): RepetitionWatch => {
  const ring = new Uint16Array(ringSize);
  /** Where a run of `unitLength` characters was seen last, by its hash. */
  let seen = new Map<number, number>();
  let at = 0;
  let hash = 0;
  let period = 0;
  /** How many of the last characters are what stood `period` before them. */
  let run = 0;
  let blank = 0;

  const letter = (index: number): number => ring[index & mask] ?? 0;

  const findPeriod = (): void => {
    const last = seen.get(hash);
    if (last === undefined || at - last > ringSize / 2) return;
    const distance = at - last;
    for (let back = 0; back < unitLength; back++) if (letter(at - back) !== letter(at - distance - back)) return;
    period = distance;
    run = unitLength;
  };

  const isInCircles = (): boolean => {
    if (blank >= unitLength * mostRepeats) return true;
    if (period === 0) return false;
    const unit = period * Math.ceil(unitLength / period);
    return run + period >= unit * mostRepeats;
  };

  const addOne = (code: number): void => {
    const leaving = at >= unitLength ? letter(at - unitLength) : 0;
    ring[at & mask] = code;
    hash = (Math.imul(hash, base) + code - Math.imul(leaving, oldest)) | 0;
    blank = isBlank(code) ? blank + 1 : 0;
    if (period > 0 && letter(at - period) === code) run++;
    else period = run = 0;
    if (period === 0 && at >= unitLength) findPeriod();
    if (at >= unitLength - 1) seen.set(hash, at);
    if (seen.size >= ringSize) seen = new Map();
    at++;
  };

  return {
    add(text) {
      for (let index = 0; index < text.length; index++) {
        addOne(text.charCodeAt(index));
        if (isInCircles()) return true;
      }
      return false;
    },
  };
};

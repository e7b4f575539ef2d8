import type { Abilities } from "../../protocol/capability-card.ts";

/** What is known of a model that nobody has measured. `parameters` is a count, `bytes` the size of its weights. */
export interface Sized {
  readonly name: string;
  readonly parameters: number | null;
  readonly bytes: number | null;
}

/** What a model is taken for when nothing says its size. */
const usualBillions = 7;
/** Of the usual quantisation, with about five bits. */
const bytesPerParameter = 0.65;

/** "7b", "0.5B", "350M", "8x7b" in a name, in billions of parameters. */
const billionsInName = (name: string): number | null => {
  const match = /(?:(\d+)x)?(\d+(?:\.\d+)?)([bm])(?![a-z])/i.exec(name);
  if (!match) return null;
  return (Number(match[1] ?? 1) * Number(match[2])) / (match[3]?.toLowerCase() === "m" ? 1000 : 1);
};

/** Billions of parameters: counted, else as the name says, else by the size of the weights; null: nothing tells. */
export const knownBillions = ({ name, parameters, bytes }: Sized): number | null => {
  if (parameters !== null) return parameters / 1e9;
  return billionsInName(name) ?? (bytes === null ? null : bytes / bytesPerParameter / 1e9);
};

/** 0.5 billion: 0.43, 3: 0.57, 7: 0.66, 32: 0.79: on the scale of the usual benchmarks, whose results are the priors. */
const shareOf = (billions: number): number => 0.35 + 0.55 * (1 - 1 / (1 + (billions / 5) ** 0.75));

/** More of what is missing to 1, so that the result stays a share. */
const raised = (share: number, by: number): number => share + (1 - share) * by;

/** What a model can probably do, from its size and from what its name says it was made for. */
export const guessAbilities = (model: Sized): Record<keyof Abilities, number> => {
  const size = shareOf(knownBillions(model) ?? usualBillions);
  const coder = /cod(e|er|ing|estral)|devstral/i.test(model.name);
  const mathematician = /math/i.test(model.name);
  return {
    code: coder ? raised(size, 0.25) : size * (mathematician ? 0.6 : 0.9),
    math: mathematician ? raised(size, 0.1) : size,
    general: size * (coder ? 0.9 : mathematician ? 0.8 : 1),
    json: size,
    jsonWithGrammar: raised(size, 0.8),
    toolCall: size,
    edit: coder ? size : size * 0.9,
    arithmetic: mathematician ? raised(size, 0.1) : size,
  };
};

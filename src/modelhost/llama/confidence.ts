import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { Turnstile } from "./turnstile.ts";

/** The library's way of asking a sequence for tokens; LlamaChat and LlamaCompletion use it and nothing else. */
type Evaluate = LlamaContextSequence["evaluate"];
type Evaluated = ReturnType<Evaluate>;

/** Gets what a token's probability was; undefined where it is not measured. */
export type OnProbability = (probability: number | undefined) => void;

/** Probabilities are among this many: over a whole vocabulary they take longer than a small model's token. */
const candidates = 40;
/** Under a grammar there are no candidates without trying it on the whole vocabulary, so only the first tokens are measured. */
const measuredUnderGrammar = 32;

/**
 * Replaces the sequence's `evaluate` by one that gives the same tokens, tells their probabilities, and passes the
 * turnstile for each.
 */
export const tellProbabilities = (
  sequence: LlamaContextSequence,
  turnstile: Turnstile,
  onToken: OnProbability,
): void => {
  const plain: Evaluate = sequence.evaluate.bind(sequence);
  const measured: Evaluate = (tokens, options = {}) => {
    const { grammarEvaluationState: grammar } = options;
    if (grammar instanceof Function ? grammar() : grammar)
      return underGrammar(sequence, { tokens, options, plain, onToken });
    if ((options.temperature ?? 0) > 0) return sampled(sequence, { tokens, options, onToken });
    return greedy(sequence, { tokens, options, onToken });
  };
  sequence.evaluate = (tokens, options) => through(turnstile, measured(tokens, options));
};

async function* through(turnstile: Turnstile, generated: Evaluated): Evaluated {
  try {
    for (let next = await turnstile.pass(() => generated.next()); !next.done; ) {
      const input = yield next.value;
      next = await turnstile.pass(() => generated.next(input));
    }
  } finally {
    await generated.return();
  }
}

interface Evaluation {
  readonly tokens: Token[];
  readonly options: SequenceEvaluateOptions;
  readonly onToken: OnProbability;
}

/** The share of what top-k, top-p, min-p and temperature left. */
async function* sampled(sequence: LlamaContextSequence, { tokens, options, onToken }: Evaluation): Evaluated {
  const generated = sequence.evaluateWithMetadata(tokens, { confidence: true }, options);
  try {
    for (let next = await generated.next(); !next.done; ) {
      onToken(next.value.confidence);
      next = await generated.next(yield next.value.token);
    }
  } finally {
    await generated.return();
  }
}

/**
 * The library's own greedy sampler sorts the whole vocabulary to tell a probability. Therefore the best candidates are
 * asked for, and the first of them takes the place of the one that was drawn.
 */
async function* greedy(sequence: LlamaContextSequence, { tokens, options, onToken }: Evaluation): Evaluated {
  const drawing = { ...options, temperature: 1, topK: candidates, topP: 1, minP: 0 };
  const generated = sequence.evaluateWithMetadata(tokens, { probabilities: true }, drawing);
  try {
    for (let next = await generated.next(); !next.done; ) {
      const [token, probability] = likeliest(next.value.probabilities, next.value.token);
      onToken(probability);
      next = await generated.next((yield token) ?? token);
    }
  } finally {
    await generated.return();
  }
}

/** Of equals the one with the lowest number, as the greedy sampler takes it. */
const likeliest = (probabilities: ReadonlyMap<Token, number>, drawn: Token): readonly [Token, number] => {
  let best: readonly [Token, number] = [drawn, probabilities.get(drawn) ?? 0];
  for (const [token, probability] of probabilities)
    if (probability > best[1] || (probability === best[1] && token < best[0])) best = [token, probability];
  return best;
};

/** The grammar's state is the caller's, so a second evaluation goes on with it. */
async function* underGrammar(
  sequence: LlamaContextSequence,
  { tokens, options, plain, onToken }: Evaluation & { readonly plain: Evaluate },
): Evaluated {
  const measured = sampled(sequence, { tokens, options, onToken });
  let input: Token[] = [];
  try {
    for (let count = 0; count < measuredUnderGrammar; count++) {
      const next = await measured.next(input);
      if (next.done) return;
      input = [(yield next.value) ?? next.value].flat();
    }
  } finally {
    await measured.return();
  }
  const rest = plain(input, options);
  try {
    for (let next = await rest.next(); !next.done; ) {
      onToken(undefined);
      next = await rest.next(yield next.value);
    }
  } finally {
    await rest.return();
  }
}

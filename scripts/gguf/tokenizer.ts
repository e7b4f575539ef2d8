import { bool, i32s, type Metadata, text, texts, u32 } from "./gguf-writer.ts";

/** Control tokens of the ChatML and fill-in-the-middle formats, as the Qwen models spell them. */
export const controlTokens = [
  "<|endoftext|>",
  "<|im_start|>",
  "<|im_end|>",
  "<|fim_prefix|>",
  "<|fim_suffix|>",
  "<|fim_middle|>",
  "<|fim_pad|>",
] as const;
export type ControlToken = (typeof controlTokens)[number];

/** `tokenizer.ggml.token_type` (llama.cpp): a user-defined token is cut out of the text before anything else. */
const tokenTypes = { normal: 1, control: 3, userDefined: 4 } as const;

export interface Vocabulary {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  readonly merges: readonly string[];
}

const chatmlTemplate = [
  "{% for message in messages %}",
  "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}",
  "{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join("");

/**
 * The letters that stand for the 256 bytes in a byte-level vocabulary.
 * Printable bytes stand for themselves; the others take the letters from U+0100 on (source: GPT-2's byte encoder).
 */
const byteLetters = (): string[] => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
};

/** Merges in the order of their rank: letter pairs, then pairs of what those made. Endless for our purposes. */
function* mergePairs(space: string): Generator<readonly [string, string]> {
  const letters = [..."etaoinshrdlucmfwypvbgkjqxz"];
  const pairs = letters.flatMap((a) => letters.map((b) => [a, b] as const));
  for (const letter of letters) yield [space, letter];
  yield* pairs;
  for (const [a, b] of pairs) yield [space + a, b];
  for (const [a, b] of pairs) for (const [c, d] of pairs) yield [a + b, c + d];
}

/**
 * A byte-level BPE vocabulary of exactly `size` tokens: bytes, merged letters, control tokens, then `userDefined`.
 * Any text can be encoded. The user-defined texts must be distinct and be no other token.
 */
export const createVocabulary = (size: number, userDefined: readonly string[] = []): Vocabulary => {
  const bytes = byteLetters();
  const tokens = new Map<string, number>(bytes.map((letter) => [letter, tokenTypes.normal]));
  const merges: string[] = [];
  const mergedSize = size - controlTokens.length - userDefined.length;
  for (const [left, right] of mergePairs(bytes[32] ?? "")) {
    if (tokens.size >= mergedSize) break;
    if (tokens.has(left + right)) continue;
    tokens.set(left + right, tokenTypes.normal);
    merges.push(`${left} ${right}`);
  }
  for (const token of controlTokens) tokens.set(token, tokenTypes.control);
  for (const token of userDefined) tokens.set(token, tokenTypes.userDefined);
  if (tokens.size !== size) throw new Error(`a vocabulary of ${tokens.size} tokens instead of ${size}`);
  return { tokens: [...tokens.keys()], types: [...tokens.values()], merges };
};

export const tokenId = (vocabulary: Vocabulary, token: string): number => {
  const id = vocabulary.tokens.indexOf(token);
  if (id < 0) throw new Error(`no such token: ${token}`);
  return id;
};

/** The header entries of a byte-level BPE tokenizer with ChatML and fill-in-the-middle. */
export const tokenizerMetadata = (vocabulary: Vocabulary): Metadata => {
  const id = (token: ControlToken) => u32(tokenId(vocabulary, token));
  return {
    "tokenizer.ggml.model": text("gpt2"),
    // How text is split before merging; llama.cpp refuses names it does not know.
    "tokenizer.ggml.pre": text("qwen2"),
    "tokenizer.ggml.tokens": texts(vocabulary.tokens),
    "tokenizer.ggml.token_type": i32s(vocabulary.types),
    "tokenizer.ggml.merges": texts(vocabulary.merges),
    "tokenizer.ggml.bos_token_id": id("<|endoftext|>"),
    "tokenizer.ggml.eos_token_id": id("<|im_end|>"),
    "tokenizer.ggml.padding_token_id": id("<|endoftext|>"),
    "tokenizer.ggml.add_bos_token": bool(false),
    "tokenizer.ggml.fim_pre_token_id": id("<|fim_prefix|>"),
    "tokenizer.ggml.fim_suf_token_id": id("<|fim_suffix|>"),
    "tokenizer.ggml.fim_mid_token_id": id("<|fim_middle|>"),
    "tokenizer.ggml.fim_pad_token_id": id("<|fim_pad|>"),
    "tokenizer.chat_template": text(chatmlTemplate),
  };
};

// Models of real sizes that know nothing: they compute and take memory as others of their shape do.
import { writeGguf } from "../gguf/gguf-writer.ts";
import { type DecoderShape, randomDecoder } from "../gguf/random-decoder.ts";

const common = { architecture: "qwen2", context: 4096, seed: 4 } as const;

const shapes = {
  /** About 30 million parameters, 118 MB. */
  small: {
    ...common,
    name: "random 30M",
    layers: 8,
    width: 512,
    feedForward: 1536,
    heads: 8,
    headsKv: 4,
    vocabulary: 8192,
  },
  /** About 100 million parameters, 404 MB. */
  large: {
    ...common,
    name: "random 100M",
    layers: 12,
    width: 768,
    feedForward: 2048,
    heads: 12,
    headsKv: 4,
    vocabulary: 32_768,
  },
} satisfies Record<string, DecoderShape>;

/** Writes it, which takes a second for every 20 million parameters. */
export const writeRandomModel = (path: string, size: keyof typeof shapes): Promise<void> =>
  writeGguf(path, randomDecoder(shapes[size]));

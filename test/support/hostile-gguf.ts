import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  encodeGguf,
  encodeText,
  encodeU32,
  encodeU64,
  type GgufModel,
  text,
  texts,
  u32,
} from "../../scripts/gguf/gguf-writer.ts";
import { randomDecoder } from "../../scripts/gguf/random-decoder.ts";
import type { FailureCode } from "../../src/protocol/failure.ts";

/** A file that must be refused, and with which code. */
export interface HostileFile {
  readonly name: string;
  readonly path: string;
  readonly expectedCode: FailureCode;
}

/** A valid model of some 40 kB, the base of most broken ones. */
export const tinyModel = (): GgufModel =>
  randomDecoder({
    architecture: "llama",
    name: "tiny",
    layers: 2,
    width: 8,
    feedForward: 16,
    heads: 2,
    headsKv: 1,
    context: 64,
    vocabulary: 300,
    seed: 1,
  });

/** The same model with other settings; null removes one. */
const withSettings = (changes: Record<string, GgufModel["metadata"][string] | null>): Buffer => {
  const { metadata, tensors } = tinyModel();
  const entries = Object.entries({ ...metadata, ...changes });
  const kept = entries.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  return encodeGguf({ metadata: Object.fromEntries(kept), tensors });
};

const withoutTensor = (name: string): Buffer => {
  const { metadata, tensors } = tinyModel();
  return encodeGguf({ metadata, tensors: tensors.filter((tensor) => tensor.name !== name) });
};

/** The start of a header with free counts, and whatever follows. */
const header = (version: number, tensorCount: bigint, keyCount: bigint, ...rest: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from("GGUF"), encodeU32(version), encodeU64(tensorCount), encodeU64(keyCount), ...rest]);

/** The valid file with the bytes after a tensor's name, dimensions and `skip` more replaced. */
const withTensorBytes = (name: string, skip: number, bytes: Buffer): Buffer => {
  const file = encodeGguf(tinyModel());
  const dimensions = 2;
  const at = file.indexOf(encodeText(name)) + encodeText(name).length + 4 + dimensions * 8 + skip;
  bytes.copy(file, at);
  return file;
};

const arrayType = encodeU32(9);
const textType = encodeU32(8);
const huge = 2n ** 62n - 1n;

/** Every case: file name, expected code, content. */
const cases = (): (readonly [string, FailureCode, Buffer | string])[] => {
  const valid = encodeGguf(tinyModel());
  const headerEnd = valid.indexOf("output_norm.weight");
  return [
    ["huge-key-count.gguf", "model-invalid", header(3, 0n, 2n ** 63n - 1n)],
    ["huge-tensor-count.gguf", "model-invalid", header(3, 2n ** 63n - 1n, 0n)],
    ["huge-array.gguf", "model-invalid", header(3, 0n, 1n, encodeText("a"), arrayType, textType, encodeU64(huge))],
    [
      "long-array.gguf",
      "model-truncated",
      header(3, 0n, 1n, encodeText("a"), arrayType, textType, encodeU64(1_000_000)),
    ],
    [
      "nested-array.gguf",
      "model-invalid",
      header(3, 0n, 1n, encodeText("a"), arrayType, arrayType, encodeU64(1), arrayType, arrayType),
    ],
    ["huge-text.gguf", "model-invalid", header(3, 0n, 1n, encodeText("a"), textType, encodeU64(huge))],
    ["huge-key.gguf", "model-invalid", header(3, 0n, 1n, encodeU64(huge))],
    [
      "duplicate-key.gguf",
      "model-invalid",
      header(3, 0n, 2n, encodeText("a"), textType, encodeText("b"), encodeText("a"), textType, encodeText("b")),
    ],
    ["no-architecture.gguf", "model-invalid", header(3, 0n, 0n)],
    ["version-1.gguf", "model-unsupported", header(1, 0n, 0n)],
    ["version-99.gguf", "model-unsupported", header(99, 0n, 0n)],
    ["big-endian.gguf", "model-unsupported", header(0x0300_0000, 0n, 0n)],
    ["empty.gguf", "model-not-gguf", ""],
    ["wrong-magic.gguf", "model-not-gguf", Buffer.concat([Buffer.from("GGUX"), valid.subarray(4)])],
    ["page.gguf", "model-not-gguf", "<!DOCTYPE html>\n<html><body>Not found</body></html>"],
    [
      "lfs-pointer.gguf",
      "model-not-gguf",
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4100000000\n",
    ],
    ["text.gguf", "model-not-gguf", "This is only text, whatever its name says.\n"],
    ["archive.gguf", "model-not-gguf", Buffer.from("PK\u0003\u0004\u0014\u0000\u0000\u0000", "latin1")],
    ["weights.safetensors.gguf", "model-not-gguf", Buffer.concat([encodeU64(20), Buffer.from('{"a":{"dtype":"F32"}')])],
    ["old-ggml.gguf", "model-not-gguf", Buffer.from("tjgg\u0003\u0000\u0000\u0000", "latin1")],
    ["half.gguf", "model-truncated", valid.subarray(0, valid.length / 2)],
    ["last-byte-missing.gguf", "model-truncated", valid.subarray(0, valid.length - 32)],
    ["cut-in-header.gguf", "model-truncated", valid.subarray(0, headerEnd)],
    ["cut-in-first-key.gguf", "model-truncated", valid.subarray(0, 40)],
    ["only-magic.gguf", "model-truncated", "GGUF"],
    ["alignment-0.gguf", "model-invalid", withSettings({ "general.alignment": u32(0) })],
    ["no-blocks.gguf", "model-invalid", withSettings({ "llama.block_count": u32(0) })],
    ["9999-blocks.gguf", "model-invalid", withSettings({ "llama.block_count": u32(9999) })],
    ["one-block-too-many.gguf", "model-invalid", withSettings({ "llama.block_count": u32(1) })],
    ["one-block-too-few.gguf", "model-invalid", withSettings({ "llama.block_count": u32(3) })],
    ["no-heads.gguf", "model-invalid", withSettings({ "llama.attention.head_count": u32(0) })],
    ["missing-heads.gguf", "model-invalid", withSettings({ "llama.attention.head_count": null })],
    ["no-key-heads.gguf", "model-invalid", withSettings({ "llama.attention.head_count_kv": u32(0) })],
    ["no-feed-forward.gguf", "model-invalid", withSettings({ "llama.feed_forward_length": u32(0) })],
    ["no-width.gguf", "model-invalid", withSettings({ "llama.embedding_length": u32(0) })],
    ["no-context.gguf", "model-invalid", withSettings({ "llama.context_length": u32(0) })],
    ["text-for-number.gguf", "model-invalid", withSettings({ "llama.block_count": text("2") })],
    ["no-vocabulary.gguf", "model-invalid", withSettings({ "tokenizer.ggml.tokens": texts([]) })],
    ["small-vocabulary.gguf", "model-invalid", withSettings({ "tokenizer.ggml.tokens": texts(["a", "b"]) })],
    ["eos-outside.gguf", "model-invalid", withSettings({ "tokenizer.ggml.eos_token_id": u32(300) })],
    ["missing-embedding-setting.gguf", "model-invalid", withSettings({ "llama.embedding_length": null })],
    ["adapter.gguf", "model-unsupported", withSettings({ "general.type": text("adapter") })],
    ["image-part.gguf", "model-unsupported", withSettings({ "general.type": text("mmproj") })],
    ["missing-embedding-table.gguf", "model-invalid", withoutTensor("token_embd.weight")],
    ["unknown-weight-type.gguf", "model-unsupported", withTensorBytes("token_embd.weight", 0, encodeU32(200))],
    ["wrong-offset.gguf", "model-invalid", withTensorBytes("output.weight", 4, encodeU64(32))],
    ["odd-offset.gguf", "model-invalid", withTensorBytes("token_embd.weight", 4, encodeU64(1))],
    ["huge-dimension.gguf", "model-invalid", withTensorBytes("token_embd.weight", -8, encodeU64(huge))],
    ["five-dimensions.gguf", "model-invalid", withTensorBytes("token_embd.weight", -20, encodeU32(5))],
  ];
};

/** Writes files that are broken, hostile or no models at all into `folder`, which is created. */
export const writeHostileFiles = async (folder: string): Promise<HostileFile[]> => {
  await mkdir(folder, { recursive: true });
  const files: HostileFile[] = [];
  for (const [name, expectedCode, content] of cases()) {
    const path = join(folder, name);
    await writeFile(path, content);
    files.push({ name, path, expectedCode });
  }
  return files;
};

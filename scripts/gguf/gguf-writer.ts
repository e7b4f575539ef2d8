import { truncate, writeFile } from "node:fs/promises";

/** One typed value of a GGUF header; the kinds that a small model needs. */
export type MetadataValue =
  | { readonly type: "u16"; readonly value: number }
  | { readonly type: "u32"; readonly value: number }
  | { readonly type: "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "texts"; readonly value: readonly string[] }
  | { readonly type: "i32s"; readonly value: readonly number[] };

export const u16 = (value: number): MetadataValue => ({ type: "u16", value });
export const u32 = (value: number): MetadataValue => ({ type: "u32", value });
export const f32 = (value: number): MetadataValue => ({ type: "f32", value });
export const bool = (value: boolean): MetadataValue => ({ type: "bool", value });
export const text = (value: string): MetadataValue => ({ type: "text", value });
export const texts = (value: readonly string[]): MetadataValue => ({ type: "texts", value });
export const i32s = (value: readonly number[]): MetadataValue => ({ type: "i32s", value });

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** A 32-bit float tensor; `dimensions` has the fastest first: [inputs, outputs] for a matrix. */
export interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly weights: Float32Array;
}

export interface GgufModel {
  readonly metadata: Metadata;
  readonly tensors: readonly Tensor[];
  /** Tensors of nothing but zeros, at the end of the file; they cost time when they are computed, but no space. */
  readonly zeros?: readonly Pick<Tensor, "name" | "dimensions">[];
}

/** The numbers of the value types in a file (source: the GGUF specification). */
const typeNumbers = { u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, text: 8, array: 9 } as const;
const floatTensorType = 0;
const alignment = 32;

export const encodeU32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export const encodeU64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

const encodeF32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};

export const encodeText = (value: string): Buffer => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([encodeU64(bytes.length), bytes]);
};

const encodeValue = (entry: MetadataValue): Buffer => {
  const scalar = (typeNumber: number, bytes: Buffer): Buffer => Buffer.concat([encodeU32(typeNumber), bytes]);
  const array = (itemType: number, count: number, items: readonly Buffer[]): Buffer =>
    Buffer.concat([encodeU32(typeNumbers.array), encodeU32(itemType), encodeU64(count), ...items]);
  switch (entry.type) {
    case "u16":
      return scalar(typeNumbers.u16, encodeU32(entry.value).subarray(0, 2));
    case "u32":
      return scalar(typeNumbers.u32, encodeU32(entry.value));
    case "f32":
      return scalar(typeNumbers.f32, encodeF32(entry.value));
    case "bool":
      return scalar(typeNumbers.bool, Buffer.from([entry.value ? 1 : 0]));
    case "text":
      return scalar(typeNumbers.text, encodeText(entry.value));
    case "texts":
      return array(typeNumbers.text, entry.value.length, entry.value.map(encodeText));
    case "i32s":
      return array(typeNumbers.i32, entry.value.length, [Buffer.from(Int32Array.from(entry.value).buffer)]);
  }
};

const padded = (length: number): number => Math.ceil(length / alignment) * alignment;

const elementsOf = (dimensions: readonly number[]): number => dimensions.reduce((product, n) => product * n, 1);

/** The header and, for each tensor, where its data begins in the file. */
const layOut = ({ metadata, tensors, zeros = [] }: GgufModel) => {
  const entries = Object.entries(metadata);
  const all = [...tensors, ...zeros];
  const header = [Buffer.from("GGUF"), encodeU32(3), encodeU64(all.length), encodeU64(entries.length)];
  for (const [key, entry] of entries) header.push(encodeText(key), encodeValue(entry));
  const offsets: number[] = [];
  let dataBytes = 0;
  for (const { name, dimensions } of all) {
    header.push(encodeText(name), encodeU32(dimensions.length), ...dimensions.map(encodeU64));
    header.push(encodeU32(floatTensorType), encodeU64(dataBytes));
    offsets.push(dataBytes);
    dataBytes = padded(dataBytes + elementsOf(dimensions) * Float32Array.BYTES_PER_ELEMENT);
  }
  const headerBytes = Buffer.concat(header);
  const dataStart = padded(headerBytes.length);
  return {
    headerBytes,
    dataStart,
    offsets,
    storedBytes: dataStart + (offsets[tensors.length] ?? dataBytes),
    sizeBytes: dataStart + dataBytes,
  };
};

/** The stored part of the file: everything but the tensors of zeros at its end. */
const encodeStored = (model: GgufModel): { bytes: Buffer; sizeBytes: number } => {
  const { headerBytes, dataStart, offsets, storedBytes, sizeBytes } = layOut(model);
  const bytes = Buffer.alloc(storedBytes);
  headerBytes.copy(bytes);
  model.tensors.forEach(({ name, dimensions, weights }, i) => {
    if (elementsOf(dimensions) !== weights.length) throw new Error(`${name} has ${weights.length} weights`);
    Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength).copy(bytes, dataStart + (offsets[i] ?? 0));
  });
  return { bytes, sizeBytes };
};

/** The bytes of a GGUF file, version 3, little-endian, with the default alignment of 32. */
export const encodeGguf = (model: GgufModel): Buffer => {
  const { bytes, sizeBytes } = encodeStored(model);
  return Buffer.concat([bytes, Buffer.alloc(sizeBytes - bytes.length)]);
};

/** Writes the same bytes as a file in which the tensors of zeros are a hole that takes no space on the disk. */
export const writeGguf = async (path: string, model: GgufModel): Promise<void> => {
  const { bytes, sizeBytes } = encodeStored(model);
  await writeFile(path, bytes);
  await truncate(path, sizeBytes);
};

import { type ByteReader, readUint32, readUint64 } from "./byte-reader.ts";
import { type GgmlType, ggmlTypes } from "./ggml-types.ts";
import { cutOff, GgufRejection, invalid, shown, unsupported } from "./rejection.ts";

/** An array keeps its numbers only when it is short (per-layer settings); texts are never kept. */
export interface GgufArray {
  readonly length: number;
  readonly numbers: readonly number[];
}
export type GgufValue = string | number | boolean | GgufArray;

export interface GgufTensor {
  readonly name: string;
  /** 1 to 4 dimensions, the fastest first. */
  readonly dimensions: readonly number[];
  readonly elements: number;
  readonly bytes: number;
}

/** What the header of one GGUF file says, once it is known to be well formed. */
export interface GgufHeader {
  readonly values: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
}

const limits = {
  keys: 10_000,
  tensors: 100_000,
  keyBytes: 1024,
  /** llama.cpp's own limit (GGML_MAX_NAME is 64 with the final zero). */
  tensorNameBytes: 63,
  keptTextBytes: 1024,
  textBytes: 64 * 1024 * 1024,
  arrayLength: 64 * 1024 * 1024,
  keptNumbers: 512,
} as const;

const textType = 8;
const arrayType = 9;

interface ScalarType {
  readonly bytes: number;
  readonly read: (bytes: Buffer, at: number) => number | boolean;
}

/** The fixed-size value types by number (source: the GGUF specification, `gguf_metadata_value_type`). */
const scalarTypes: ReadonlyMap<number, ScalarType> = new Map([
  [0, { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) }],
  [1, { bytes: 1, read: (bytes, at) => bytes.readInt8(at) }],
  [2, { bytes: 2, read: (bytes, at) => bytes.readUInt16LE(at) }],
  [3, { bytes: 2, read: (bytes, at) => bytes.readInt16LE(at) }],
  [4, { bytes: 4, read: (bytes, at) => bytes.readUInt32LE(at) }],
  [5, { bytes: 4, read: (bytes, at) => bytes.readInt32LE(at) }],
  [6, { bytes: 4, read: (bytes, at) => bytes.readFloatLE(at) }],
  [7, { bytes: 1, read: (bytes, at) => bytes.readUInt8(at) !== 0 }],
  [10, { bytes: 8, read: (bytes, at) => Number(bytes.readBigUInt64LE(at)) }],
  [11, { bytes: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) }],
  [12, { bytes: 8, read: (bytes, at) => bytes.readDoubleLE(at) }],
]);

/** The name of a setting or tensor: short enough to keep whole, and printable. */
const readName = async (reader: ByteReader, limit: number, what: string): Promise<string> => {
  const length = await readUint64(reader, what);
  if (length === 0) throw invalid(`${what} is empty`);
  if (length > limit) throw invalid(`${what} is ${length} bytes long (at most ${limit} can be right)`);
  const name = (await reader.take(length, what)).toString("utf8");
  // The engine treats a NUL as the end of the name, and an empty name as a bug of its own.
  if (/\p{Cc}/u.test(name)) throw invalid(`${what} holds control characters`);
  return name;
};

/** A text value: its first bytes are kept, the rest is skipped. */
const readText = async (reader: ByteReader, what: string): Promise<string> => {
  const length = await readUint64(reader, what);
  if (length > limits.textBytes) throw invalid(`${what} is a text of ${length} bytes`);
  if (length > reader.size - reader.position()) throw cutOff(reader.size, what);
  const kept = Math.min(length, limits.keptTextBytes);
  const text = (await reader.take(kept, what)).toString("utf8");
  reader.skip(length - kept, what);
  return text;
};

const readArray = async (reader: ByteReader, what: string): Promise<GgufArray> => {
  const itemType = await readUint32(reader, what);
  const length = await readUint64(reader, what);
  if (itemType === arrayType) throw invalid(`${what} is an array inside an array`);
  if (length > limits.arrayLength) throw invalid(`${what} is an array of ${length} items`);
  if (itemType === textType) {
    if (length * 8 > reader.size - reader.position()) throw cutOff(reader.size, what);
    await reader.skipTexts(length, what);
    return { length, numbers: [] };
  }
  const scalar = scalarTypes.get(itemType);
  if (scalar === undefined) throw invalid(`${what} is an array of the unknown type ${itemType}`);
  if (length > limits.keptNumbers) {
    reader.skip(length * scalar.bytes, what);
    return { length, numbers: [] };
  }
  const bytes = await reader.take(length * scalar.bytes, what);
  return { length, numbers: Array.from({ length }, (_, i) => Number(scalar.read(bytes, i * scalar.bytes))) };
};

const readValue = async (reader: ByteReader, what: string): Promise<GgufValue> => {
  const valueType = await readUint32(reader, what);
  if (valueType === textType) return readText(reader, what);
  if (valueType === arrayType) return readArray(reader, what);
  const scalar = scalarTypes.get(valueType);
  if (scalar === undefined) throw invalid(`${what} has the unknown type ${valueType}`);
  return scalar.read(await reader.take(scalar.bytes, what), 0);
};

const readValues = async (reader: ByteReader, count: number): Promise<Map<string, GgufValue>> => {
  const values = new Map<string, GgufValue>();
  for (let i = 1; i <= count; i++) {
    const key = await readName(reader, limits.keyBytes, `the name of setting ${i} of ${count}`);
    if (values.has(key)) throw invalid(`the setting “${shown(key)}” occurs twice`);
    values.set(key, await readValue(reader, `the setting “${shown(key)}”`));
  }
  return values;
};

const readDimensions = async (reader: ByteReader, what: string): Promise<number[]> => {
  const count = await readUint32(reader, what);
  if (count < 1 || count > 4) throw invalid(`${what} has ${count} dimensions (1 to 4 can be right)`);
  const dimensions: number[] = [];
  for (let i = 0; i < count; i++) dimensions.push(await readUint64(reader, what));
  if (dimensions.some((dimension) => dimension < 1)) throw invalid(`${what} has an empty dimension`);
  return dimensions;
};

/** Bytes of one tensor; refuses shapes whose size cannot be counted exactly or whose rows split a block. */
const tensorBytes = (dimensions: readonly number[], type: GgmlType, what: string): number => {
  let elements = 1;
  for (const dimension of dimensions) {
    elements *= dimension;
    if (elements > Number.MAX_SAFE_INTEGER / 8) throw invalid(`${what} is impossibly large`);
  }
  if ((dimensions[0] ?? 0) % type.blockSize !== 0) {
    throw invalid(`${what} has rows of ${dimensions[0]} weights, which ${type.name} cannot pack`);
  }
  return (elements / type.blockSize) * type.blockBytes;
};

const readAlignment = (values: ReadonlyMap<string, GgufValue>): number => {
  const alignment = values.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 8 || alignment > 65_536 || !Number.isInteger(Math.log2(alignment))) {
    throw invalid("the alignment is not a power of two from 8 to 65536");
  }
  return alignment;
};

/**
 * Tensors must lie back to back in the order of the header, as llama.cpp demands.
 * Returns them with the length of the data section, without the padding after the last one.
 */
const readTensors = async (
  reader: ByteReader,
  count: number,
  alignment: number,
): Promise<{ tensors: GgufTensor[]; dataBytes: number }> => {
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  let dataBytes = 0;
  for (let i = 1; i <= count; i++) {
    const name = await readName(reader, limits.tensorNameBytes, `the name of tensor ${i} of ${count}`);
    const what = `the tensor “${shown(name)}”`;
    if (names.has(name)) throw invalid(`${what} occurs twice`);
    names.add(name);
    const dimensions = await readDimensions(reader, what);
    const typeNumber = await readUint32(reader, what);
    const type = ggmlTypes.get(typeNumber);
    if (type === undefined)
      throw unsupported(`${what} has the weight type ${typeNumber}, which this engine cannot read`);
    const expectedOffset = Math.ceil(dataBytes / alignment) * alignment;
    const offset = await readUint64(reader, what);
    if (offset !== expectedOffset) throw invalid(`${what} lies at ${offset} instead of ${expectedOffset}`);
    const bytes = tensorBytes(dimensions, type, what);
    dataBytes = expectedOffset + bytes;
    if (dataBytes > Number.MAX_SAFE_INTEGER / 8) throw invalid(`${what} is impossibly large`);
    const elements = dimensions.reduce((product, dimension) => product * dimension, 1);
    tensors.push({ name, dimensions, elements, bytes });
  }
  return { tensors, dataBytes };
};

/**
 * Reads and checks the structure of one GGUF header (versions 2 and 3); the reader stands after the magic.
 * Throws a `GgufRejection` for anything that is not exactly right; needs memory for names only.
 */
export const readGgufHeader = async (reader: ByteReader): Promise<GgufHeader> => {
  const version = await readUint32(reader, "the header");
  if (version !== 0 && version % 65_536 === 0) throw unsupported("it is a GGUF file for big-endian machines");
  if (version !== 2 && version !== 3) throw unsupported(`it has GGUF version ${version}; versions 2 and 3 can be read`);
  const tensorCount = await readUint64(reader, "the header");
  const keyCount = await readUint64(reader, "the header");
  if (keyCount > limits.keys) throw invalid(`it announces ${keyCount} settings (at most ${limits.keys} can be right)`);
  if (tensorCount > limits.tensors) {
    throw invalid(`it announces ${tensorCount} tensors (at most ${limits.tensors} can be right)`);
  }
  const values = await readValues(reader, keyCount);
  const alignment = readAlignment(values);
  const { tensors, dataBytes } = await readTensors(reader, tensorCount, alignment);
  const dataStart = Math.ceil(reader.position() / alignment) * alignment;
  const neededBytes = tensors.length === 0 ? reader.position() : dataStart + dataBytes;
  if (neededBytes > reader.size) {
    throw new GgufRejection("model-truncated", { sizeBytes: reader.size, neededBytes });
  }
  return { values, tensors };
};

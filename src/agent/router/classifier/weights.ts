import { denseCount } from "./dense.ts";
import { bucketCount } from "./features.ts";

/** The columns of the weight table, in order. General is the domain that the other two are measured against: its score is 0. */
export const heads = ["coder", "math", "complexity", "needsTools"] as const;
const headCount = heads.length;

/**
 * What training found. Bucket b's weight for a head is `q * |q| * scales[head]` with q = `hashed[b * 4 + head]`: most
 * weights are small beside the largest, and squares keep them apart. `dense` holds a row of 4 for each measure and one
 * for the constant 1. Calibration is in the weights.
 */
export interface Weights {
  /** Below this confidence another strategy should be asked. */
  readonly threshold: number;
  readonly scales: Float32Array;
  readonly dense: Float32Array;
  readonly hashed: Int8Array;
}

const magic = 0x52_56_52_54; // "TRVR", read little-endian
const version = 1;
const headerLength = 24;
const scalesAt = headerLength;
const denseAt = scalesAt + headCount * 4;
const denseLength = (denseCount + 1) * headCount;
const hashedAt = denseAt + denseLength * 4;
const hashedLength = bucketCount * headCount;
const crcAt = hashedAt + hashedLength;
const fileLength = crcAt + 4;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

/** Weights as bytes, little-endian: magic, version, buckets, measures, heads, threshold, scales, dense, hashed, CRC-32. */
export const encodeWeights = (weights: Weights): Uint8Array => {
  const bytes = new Uint8Array(fileLength);
  const view = new DataView(bytes.buffer);
  [magic, version, bucketCount, denseCount, headCount].forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  view.setFloat32(20, weights.threshold, true);
  weights.scales.forEach((scale, index) => {
    view.setFloat32(scalesAt + index * 4, scale, true);
  });
  weights.dense.forEach((weight, index) => {
    view.setFloat32(denseAt + index * 4, weight, true);
  });
  new Int8Array(bytes.buffer, hashedAt, hashedLength).set(weights.hashed);
  view.setUint32(crcAt, crc32(bytes.subarray(0, crcAt)), true);
  return bytes;
};

const refuse = (what: string): never => {
  throw new Error(what);
};

/** Reads weights. Throws an Error that names what is wrong: magic, version, sizes, length, checksum or values. */
export const parseWeights = (bytes: Uint8Array): Weights => {
  if (bytes.length < headerLength) return refuse(`${bytes.length} bytes are too short for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) return refuse("the magic number is wrong");
  const found = view.getUint32(4, true);
  if (found !== version) return refuse(`version ${found} is not ${version}`);
  const sizes = [view.getUint32(8, true), view.getUint32(12, true), view.getUint32(16, true)];
  const expected = [bucketCount, denseCount, headCount];
  if (sizes.join() !== expected.join()) return refuse(`sizes ${sizes.join(", ")} are not ${expected.join(", ")}`);
  if (bytes.length !== fileLength) return refuse(`the length ${bytes.length} is not ${fileLength}`);
  if (view.getUint32(crcAt, true) !== crc32(bytes.subarray(0, crcAt))) return refuse("the checksum is wrong");
  const floats = (at: number, length: number): Float32Array =>
    Float32Array.from({ length }, (_, index) => view.getFloat32(at + index * 4, true));
  const weights: Weights = {
    threshold: view.getFloat32(20, true),
    scales: floats(scalesAt, headCount),
    dense: floats(denseAt, denseLength),
    // Copies and wraps each byte. (slice of a Node Buffer would share the memory of its pool.)
    hashed: new Int8Array(bytes.subarray(hashedAt, crcAt)),
  };
  const numbers = [weights.threshold, ...weights.scales, ...weights.dense];
  return numbers.every(Number.isFinite) ? weights : refuse("a value is not a finite number");
};

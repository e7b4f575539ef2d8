import { jsonOf } from "../../protocol/rpc.ts";

/** A body of at most `mostBytes` as JSON; undefined when it is none, or longer. Rejects as the body does. */
export const readJson = async (body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<unknown> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return jsonOf(Buffer.concat(chunks).toString("utf8"));
};

// Loaded into the model host before its own program (--import): notes when the engine produced which text.
// The program itself stays as it ships. Writes an EngineRecord per answer to the file in TRIVIUM_BENCH_RECORD.
import { appendFileSync } from "node:fs";
import { LlamaChat } from "node-llama-cpp";

/** One line of the file. `at`: milliseconds since 1970, with fractions. */
export type EngineRecord = readonly { readonly at: number; readonly text: string }[];

// node-llama-cpp tries its binary in a child first, which must not load this too.
process.execArgv.length = 0;

const file = process.env["TRIVIUM_BENCH_RECORD"] ?? "";
const generateResponse = LlamaChat.prototype.generateResponse;

LlamaChat.prototype.generateResponse = async function (this: LlamaChat, history, options = {}) {
  const record: { at: number; text: string }[] = [];
  const { onResponseChunk } = options;
  try {
    return await generateResponse.call(this, history, {
      ...options,
      onResponseChunk(chunk) {
        record.push({ at: performance.timeOrigin + performance.now(), text: chunk.text });
        onResponseChunk?.(chunk);
      },
    });
  } finally {
    appendFileSync(file, `${JSON.stringify(record)}\n`);
  }
} as typeof generateResponse; // the generic parameter is only about function calls, of which there are none

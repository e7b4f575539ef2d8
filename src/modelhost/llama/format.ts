import type { Llama, LlamaGrammar } from "node-llama-cpp";
import type { OutputFormat } from "../../protocol/model-host.ts";
import type { HostResult } from "../loaded-model.ts";
import { callGrammar, jsonGrammar } from "./json-grammar.ts";
import { notSupported } from "./refusals.ts";

/** null: any text. */
export type FormatResult = HostResult<{ grammar: LlamaGrammar | null }>;

const mostKept = 64;
/** A schema that lists what exists is long, differs from request to request, and makes a grammar of ten times its size. */
const mostKeptCharacters = 1_000_000;

/** Grammars for output formats, kept by the text of their schema. What cannot be enforced is `not-supported` with the reason. */
export const createFormats = (llama: Llama, model: string): ((format: OutputFormat) => Promise<FormatResult>) => {
  const kept = new Map<string, Promise<FormatResult>>();

  const create = async (format: Exclude<OutputFormat, { kind: "text" }>): Promise<FormatResult> => {
    const text = format.kind === "json" ? jsonGrammar(format.schema) : callGrammar(format.tools);
    if (!text.ok) return notSupported(model, text.reason);
    try {
      return { ok: true, grammar: await llama.createGrammar({ grammar: text.grammar }) };
    } catch (error) {
      return notSupported(model, error instanceof Error ? error.message : String(error));
    }
  };

  return async (format) => {
    if (format.kind === "text") return { ok: true, grammar: null };
    const key = JSON.stringify(format);
    const known = kept.get(key);
    if (known) return known;
    const created = create(format);
    kept.set(key, created);
    let characters = [...kept.keys()].reduce((sum, { length }) => sum + length, 0);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept && characters <= mostKeptCharacters) break;
      kept.delete(oldest);
      characters -= oldest.length;
    }
    return created;
  };
};

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The files beside the built programs, and where they come from when the source is run. */
const sources = {
  "web-tree-sitter.wasm": "web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-bash.wasm": "@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm",
} as const;

/** The bytes of the parser and of the grammar for bash; `program` is the folder of the built programs. */
export const readShellGrammar = async (program: string): Promise<{ runtime: Uint8Array; bash: Uint8Array }> => {
  const [runtime, bash] = await Promise.all([
    readAsset(program, "web-tree-sitter.wasm"),
    readAsset(program, "tree-sitter-bash.wasm"),
  ]);
  return { runtime, bash };
};

const readAsset = async (program: string, name: keyof typeof sources): Promise<Uint8Array> => {
  try {
    return await readFile(join(program, name));
  } catch (error) {
    try {
      return await readFile(fileURLToPath(import.meta.resolve(sources[name])));
    } catch {
      throw error;
    }
  }
};

import { join } from "node:path";

/** Folders in which other programs keep models, by program; whether they exist is not known yet. */
export interface ModelFolders {
  readonly ollama: readonly string[];
  readonly lmstudio: readonly string[];
  readonly huggingface: readonly string[];
  readonly llamaCpp: readonly string[];
}

/** The folders that each program's documentation names, in the order in which the program itself would look. */
export const modelFolders = (
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
  platform: string,
): ModelFolders => {
  const given = (name: string): string | null => environment[name]?.trim() || null;
  const caches = given("XDG_CACHE_HOME") ?? join(home, ".cache");
  const userCaches = platform === "darwin" ? join(home, "Library", "Caches") : caches;
  const localData = given("LOCALAPPDATA");
  const hubHome = given("HF_HOME") ?? join(caches, "huggingface");
  return {
    // Where Ollama runs as a system service, the models belong to its own user.
    ollama: [
      given("OLLAMA_MODELS") ?? join(home, ".ollama", "models"),
      ...(platform === "linux" ? ["/usr/share/ollama/.ollama/models"] : []),
    ],
    lmstudio: [join(home, ".lmstudio", "models"), join(home, ".cache", "lm-studio", "models")],
    huggingface: [given("HF_HUB_CACHE") ?? given("HUGGINGFACE_HUB_CACHE") ?? join(hubHome, "hub")],
    llamaCpp: [given("LLAMA_CACHE") ?? join(platform === "win32" && localData ? localData : userCaches, "llama.cpp")],
  };
};

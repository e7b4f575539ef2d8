/** Variables of the environment that our programs pass on to each other: where things are, never keys or editor internals. */
export const passedToAll: readonly string[] = [
  ...["PATH", "HOME", "USERPROFILE", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH"],
  // Which graphics processors a user leaves to us.
  ...["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "GGML_VK_VISIBLE_DEVICES", "CUDA_PATH"],
];

/** What the agent needs beside them: folders, those of other programs' models, and certificates of a team's servers. */
export const passedToAgent: readonly string[] = [
  ...passedToAll,
  ...["LOCALAPPDATA", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "TRIVIUM_HOME", "TRIVIUM_RUNTIME_DIR"],
  ...["OLLAMA_MODELS", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "LLAMA_CACHE", "NODE_EXTRA_CA_CERTS"],
];

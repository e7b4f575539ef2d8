/** What exists, for a request: structured output may name nothing else. An empty list leaves a field free. */
export interface Reality {
  /** Files, relative to the workspace, with "/". */
  readonly paths: readonly string[];
  /** Folders in which new files may be named; "" is the workspace itself. */
  readonly folders: readonly string[];
  /** Identifiers of the context. */
  readonly names: readonly string[];
  /** Numbers of the context, as they are written. */
  readonly numbers: readonly string[];
  /** Texts of the context, whole: an excerpt is a run of lines of one of them. */
  readonly texts: readonly string[];
  /** Names of the tools that are offered now. */
  readonly tools: readonly string[];
  /** Ids of steps. */
  readonly steps: readonly string[];
  /** Ids of the models that are installed. */
  readonly models: readonly string[];
}

export const nothingKnown: Reality = {
  paths: [],
  folders: [],
  names: [],
  numbers: [],
  texts: [],
  tools: [],
  steps: [],
  models: [],
};

import type { CatalogModel } from "../../protocol/model-catalog.ts";
import type { HostFailure, ModelDescription } from "../../protocol/model-host.ts";
import type { ModelSource } from "../../protocol/models.ts";

/**
 * A model file of this machine. `id` is its real path, `path` the one to open, which differ where a cache links to its
 * blobs. `names` has all names that the file was found under, `name` the first. `problem` is why it cannot be used.
 */
export interface RegisteredModel {
  readonly id: string;
  readonly name: string;
  readonly names: readonly string[];
  readonly source: ModelSource;
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** null: not read yet, or not readable. */
  readonly description: ModelDescription | null;
  readonly problem: HostFailure | null;
  readonly catalog: CatalogModel | null;
  /** Whether Trivium brought it here, and so may delete it. */
  readonly removable: boolean;
}

import type { HostFailure } from "../../../protocol/model-host.ts";
import type { ModelSource } from "../../../protocol/models.ts";
import type { Folders } from "../../ports/folders.ts";
import type { ModelFolders } from "../../ports/model-folders.ts";

/** Where to look. `folders` are the user's own; `downloads` is where Trivium keeps what it fetched. */
export interface DiscoveryPlaces extends ModelFolders {
  readonly downloads: string;
  readonly folders: readonly string[];
}

/**
 * A model on the disk. `path` is what an engine opens: the first part of several. `id` is that file's real path;
 * `identity` is the same for all names of one file. `sizeBytes` counts all parts, `modifiedAt` is that of the newest, in
 * milliseconds since 1970.
 */
export interface FoundModel {
  readonly id: string;
  readonly identity: string;
  readonly path: string;
  readonly name: string;
  readonly source: ModelSource;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  /** What can be seen to be wrong without reading the file. */
  readonly problem: HostFailure | null;
}

/** Looks through the folders of one program. Ends early when `signal` aborts; finds nothing where nothing is. */
export type Discovery = (places: DiscoveryPlaces, folders: Folders, signal: AbortSignal) => AsyncIterable<FoundModel>;

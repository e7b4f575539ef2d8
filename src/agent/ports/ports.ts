import { type Clock, nodeClock } from "./clock.ts";
import { type Files, nodeFiles } from "./files.ts";
import { type Folders, nodeFolders } from "./folders.ts";
import { type Hardware, nodeHardware } from "./hardware.ts";
import type { Log } from "./log.ts";
import { type ModelFiles, nodeModelFiles } from "./model-files.ts";
import { nodePlaces, type Places } from "./places.ts";
import { nodeProcesses, type Processes } from "./processes.ts";
import { nodeSockets, type Sockets } from "./sockets.ts";

/** Everything outside that the agent touches. Tests pass their own. */
export interface Ports {
  readonly clock: Clock;
  readonly files: Files;
  readonly folders: Folders;
  readonly hardware: Hardware;
  readonly log: Log;
  readonly modelFiles: ModelFiles;
  readonly places: Places;
  readonly processes: Processes;
  readonly sockets: Sockets;
}

/** The real ports. `program` is the folder of the built programs. */
export const nodePorts = (program: string, log: Log): Ports => ({
  clock: nodeClock,
  files: nodeFiles,
  folders: nodeFolders,
  hardware: nodeHardware,
  log,
  modelFiles: nodeModelFiles,
  places: nodePlaces(program),
  processes: nodeProcesses,
  sockets: nodeSockets,
});

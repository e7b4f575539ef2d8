import { type Clock, nodeClock } from "./clock.ts";
import { type Files, nodeFiles } from "./files.ts";
import type { Log } from "./log.ts";
import { nodePlaces, type Places } from "./places.ts";
import { nodeProcesses, type Processes } from "./processes.ts";
import { nodeSockets, type Sockets } from "./sockets.ts";

/** Everything outside that the agent touches. Tests pass their own. */
export interface Ports {
  readonly clock: Clock;
  readonly files: Files;
  readonly log: Log;
  readonly places: Places;
  readonly processes: Processes;
  readonly sockets: Sockets;
}

/** The real ports. `program` is the folder of the built programs. */
export const nodePorts = (program: string, log: Log): Ports => ({
  clock: nodeClock,
  files: nodeFiles,
  log,
  places: nodePlaces(program),
  processes: nodeProcesses,
  sockets: nodeSockets,
});

import { connect, type Socket } from "node:net";

export type { Socket };

/** Local sockets: Unix domain sockets, or named pipes on Windows. Never TCP. */
export interface Sockets {
  /** Resolves when connected; rejects when nobody listens at `endpoint`. */
  connect(endpoint: string): Promise<Socket>;
}

export const nodeSockets: Sockets = {
  connect: (endpoint) =>
    new Promise((resolve, reject) => {
      const socket = connect({ path: endpoint });
      socket.once("connect", () => {
        socket.off("error", reject);
        socket.on("error", () => undefined); // it closes then, which is what users of sockets wait for
        resolve(socket);
      });
      socket.once("error", reject);
    }),
};

// Starts VS Code's server for a browser. `npm start`, the suite in the extension host and the browser tests all use it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment, nodePath } from "../bootstrap.mjs";
import { atExit } from "./at-exit.ts";
import { endProcess, sendSignal } from "./runtime-dir.ts";

export interface ServerOptions {
  /** The server program that ensureCodeServer gave. */
  readonly program: string;
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

export interface EditorServer {
  /** http://127.0.0.1:PORT */
  readonly origin: string;
  /** HOST:PORT, as addresses of the vscode-remote scheme need it. */
  readonly authority: string;
  /** The address that opens a folder; it carries the connection token. */
  readonly urlOf: (folder: string, query?: Readonly<Record<string, string>>) => string;
  /** Everything the server printed. */
  readonly log: () => string;
  /** Resolves with a message when the server ends by itself. */
  readonly ended: Promise<string>;
  /** Ends the server and everything it started. */
  readonly stop: () => Promise<void>;
}

/** With an empty gallery the editor asks no marketplace for anything. */
const noGallery = JSON.stringify({ serviceUrl: "", itemUrl: "", resourceUrlTemplate: "" });

/** Resolves when the server listens on the loopback address. Only who has the token can use it. */
export const startServer = async (options: ServerOptions): Promise<EditorServer> => {
  mkdirSync(options.dataDir, { recursive: true });
  const token = randomBytes(24).toString("hex");
  // In a file, because a command line can be read by every user of the machine.
  const tokenFile = join(options.dataDir, "connection-token");
  writeFileSync(tokenFile, token, { mode: 0o600 });

  const flags = [
    ...["--host", "127.0.0.1", "--port", String(options.port), "--connection-token-file", tokenFile],
    ...[
      "--server-data-dir",
      options.dataDir,
      "--user-data-dir",
      options.dataDir,
      "--extensions-dir",
      options.extensionsDir,
    ],
    ...["--accept-server-license-terms", "--telemetry-level", "off", "--disable-experiments"],
    ...options.flags,
  ];
  const server = spawn(nodePath, [options.program, ...flags], {
    env: serverEnvironment(options.env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // its own group, so that one signal ends its helpers too
  });
  const pid = server.pid;
  if (pid === undefined) throw new Error(`The editor's server could not be started: ${nodePath} ${options.program}`);
  const forget = atExit(() => sendSignal(-pid, "SIGKILL"));
  const stop = async () => {
    await endProcess(-pid, 2500);
    forget();
  };

  const output = collect(server);
  const ended = new Promise<string>((resolve) => {
    server.once("exit", (code, signal) => resolve(`The editor's server ended (${signal ?? code}).`));
  });
  const listening = output.waitFor(/Extension host agent listening on (\d+)/, 30_000);
  const port = await Promise.race([listening, ended.then((message) => Promise.reject(new Error(message)))]).catch(
    async (error: Error) => {
      await stop();
      throw new Error(`${error.message}\n${output.text().slice(-4000)}`);
    },
  );

  const authority = `127.0.0.1:${port}`;
  const urlOf: EditorServer["urlOf"] = (folder, query = {}) =>
    `http://${authority}/?${new URLSearchParams({ tkn: token, folder, ...query })}`;
  return { origin: `http://${authority}`, authority, urlOf, log: output.text, ended, stop };
};

/** An editor inside an editor must not find the outer one's addresses. */
const serverEnvironment = (own: Readonly<Record<string, string>>) => {
  const inherited = Object.entries(cleanEnvironment()).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), EXTENSIONS_GALLERY: noGallery, ...own };
};

const collect = (server: ChildProcess) => {
  let text = "";
  const look = new Set<() => void>();
  const keep = (data: Buffer) => {
    text = (text + data.toString()).slice(-200_000);
    for (const next of look) next();
  };
  server.stdout?.on("data", keep);
  server.stderr?.on("data", keep);

  const waitFor = (pattern: RegExp, limitMs: number) =>
    new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The editor's server did not listen within ${limitMs} ms.`)),
        limitMs,
      );
      const next = () => {
        const found = pattern.exec(text)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        look.delete(next);
        resolve(found);
      };
      look.add(next);
    });
  return { text: () => text, waitFor };
};

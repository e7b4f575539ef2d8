import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** The folders that Trivium uses. `program` is where the built programs and `models` where the bundled model lies. */
export interface Places {
  readonly program: string;
  readonly bundledModels: string;
  readonly data: string;
  readonly runtime: string;
  readonly home: string;
}

const dataFolder = (home: string): string => {
  if (process.env["TRIVIUM_HOME"]) return process.env["TRIVIUM_HOME"];
  if (process.platform === "darwin") return join(home, "Library", "Application Support", "Trivium");
  if (process.platform === "win32")
    return join(process.env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "Trivium");
  return join(process.env["XDG_DATA_HOME"] ?? join(home, ".local", "share"), "trivium");
};

const runtimeFolder = (): string => {
  if (process.env["TRIVIUM_RUNTIME_DIR"]) return process.env["TRIVIUM_RUNTIME_DIR"];
  const base = process.env["XDG_RUNTIME_DIR"];
  return base ? join(base, "trivium") : join(tmpdir(), `trivium-${userInfo().uid}`);
};

/** Places from the conventions of the operating system; TRIVIUM_HOME and TRIVIUM_RUNTIME_DIR override. */
export const nodePlaces = (program: string): Places => {
  const home = homedir();
  return {
    program,
    bundledModels: join(program, "..", "models"),
    data: dataFolder(home),
    runtime: runtimeFolder(),
    home,
  };
};

// Everything one editor under test may write to: a home, a workspace, an editor profile, all temporary.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { atExit } from "../../scripts/editor/at-exit.ts";
import { closeRuntimeDir, closeRuntimeDirNow, createRuntimeDir } from "../../scripts/editor/runtime-dir.ts";

export type WorkspaceFiles = Readonly<Record<string, string>>;

export interface EditorHome {
  readonly homeDir: string;
  readonly workspaceDir: string;
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** Where Trivium keeps its sessions, and the folder of its sockets. */
  readonly triviumHome: string;
  readonly runtimeDir: string;
  /** What a process needs to use these folders and no others. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the model host and removes every folder. */
  readonly close: () => Promise<void>;
}

/** Two small files: one to ask about, one beside it. */
const smallWorkspace: WorkspaceFiles = {
  "cart.ts": "export const total = (prices: number[]): number => prices.reduce((sum, price) => sum + price, 0);\n",
  "README.md": "# Cart\n\nAdds prices.\n",
};

export const createEditorHome = (files: WorkspaceFiles = smallWorkspace): EditorHome => {
  const base = mkdtempSync(join(tmpdir(), "trivium-test-"));
  const folder = (name: string) => {
    const path = join(base, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const homeDir = folder("home");
  const triviumHome = folder("trivium");
  const workspaceDir = folder("workspace");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspaceDir, name)), { recursive: true });
    writeFileSync(join(workspaceDir, name), text);
  }

  const runtimeDir = createRuntimeDir();
  const removeBase = () => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  const forget = atExit(() => {
    closeRuntimeDirNow(runtimeDir);
    removeBase();
  });
  return {
    homeDir,
    workspaceDir,
    dataDir: folder("user-data"),
    extensionsDir: folder("extensions"),
    triviumHome,
    runtimeDir,
    env: {
      HOME: homeDir,
      XDG_CONFIG_HOME: join(homeDir, ".config"),
      XDG_DATA_HOME: join(homeDir, ".local", "share"),
      XDG_CACHE_HOME: join(homeDir, ".cache"),
      // The editor leaves sockets here; the folder is short enough for their paths.
      TMPDIR: runtimeDir,
      XDG_RUNTIME_DIR: runtimeDir,
      TRIVIUM_HOME: triviumHome,
      TRIVIUM_RUNTIME_DIR: runtimeDir,
    },
    close: async () => {
      await closeRuntimeDir(runtimeDir);
      removeBase();
      forget();
    },
  };
};

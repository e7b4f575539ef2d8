// A home for the command line: no model, setting or key of this machine is in it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../src/protocol/settings.ts";
import { createTestHome, type TestHome } from "./test-home.ts";

export interface CommandHome extends TestHome {
  /** An empty folder, the user's home for the programs. */
  readonly user: string;
  /** Replaces `settings.json` in the data folder. */
  readonly useSettings: (settings: Partial<Settings>) => void;
}

/** What would lead the programs to models of this machine. */
const leadsOut = /^(OLLAMA|HF_|HUGGINGFACE|LLAMA_|XDG_|LOCALAPPDATA|TRIVIUM_LOG)/;

/** Servers on the usual ports of this machine are not looked for, unless the settings say so. */
export const createCommandHome = (settings: Partial<Settings> = {}): CommandHome => {
  const home = createTestHome();
  const user = join(home.data, "user");
  mkdirSync(user);
  const inherited = Object.entries(home.env).filter(([name]) => !leadsOut.test(name));
  const useSettings = (next: Partial<Settings>): void =>
    writeFileSync(join(home.data, "settings.json"), JSON.stringify({ "discover.engines": false, ...next }));
  useSettings(settings);
  return { ...home, user, useSettings, env: { ...Object.fromEntries(inherited), HOME: user, USERPROFILE: user } };
};

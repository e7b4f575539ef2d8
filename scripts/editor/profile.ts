// What an editor finds when it starts: quiet settings, and this project as an installed extension.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";

type Json = Readonly<Record<string, unknown>>;

/** Nothing asks the network, nothing covers the window, no other assistant. */
const quietSettings: Json = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.settings.enableNaturalLanguageSearch": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "visible",
  "chat.disableAIFeatures": true,
  "security.workspace.trust.enabled": false,
  "npm.fetchOnlinePackageInfo": false,
  "js/ts.tsserver.automaticTypeAcquisition.enabled": false,
  "typescript.disableAutomaticTypeAcquisition": true,
  "git.openRepositoryInParentFolders": "never",
};

/** Adds settings to the user's in this data folder; what the user changed there stays. */
export const writeUserSettings = (dataDir: string, settings: Json = {}): void => {
  const file = join(dataDir, "User", "settings.json");
  writeJson(file, { ...quietSettings, ...readJson(file), ...settings });
};

/** Adds settings of this machine, which win over the user's, as the editor itself stores them. */
export const writeMachineSettings = (dataDir: string, settings: Json): void => {
  const file = join(dataDir, "Machine", "settings.json");
  writeJson(file, { ...readJson(file), ...settings });
};

/** An unreadable settings file (comments, say) is kept aside, not lost. */
const readJson = (file: string): Json => {
  if (!existsSync(file)) return {};
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    writeFileSync(`${file}.unreadable`, text);
    return {};
  }
};

const writeJson = (file: string, value: unknown) => {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
};

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
}

interface ExtensionRecord {
  readonly identifier: { readonly id: string };
}

/**
 * Makes an extension folder (this project, unless another is named) an installed extension of `extensionsDir`.
 * The editor lists installed extensions in extensions.json; the entry points at a link, so that the extension runs
 * from the clone itself and finds its packages. The editor sees a new build after a reload of the window.
 */
export const linkExtension = (extensionsDir: string, source: string = root): void => {
  const { publisher, name, version }: Manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const id = `${publisher}.${name}`;
  const relativeLocation = `${id}-${version}`;
  const path = join(extensionsDir, relativeLocation);

  mkdirSync(extensionsDir, { recursive: true });
  for (const entry of readdirSync(extensionsDir)) {
    if (entry.startsWith(`${id}-`)) rmSync(join(extensionsDir, entry), { recursive: true });
  }
  symlinkSync(source, path, "dir");

  const listFile = join(extensionsDir, "extensions.json");
  const installed: ExtensionRecord[] = existsSync(listFile) ? JSON.parse(readFileSync(listFile, "utf8")) : [];
  const others = installed.filter((extension) => extension.identifier.id !== id);
  const ours = { identifier: { id }, version, location: { $mid: 1, path, scheme: "file" }, relativeLocation };
  writeFileSync(listFile, JSON.stringify([...others, ours]));
  // Names extensions that wait for removal.
  rmSync(join(extensionsDir, ".obsolete"), { force: true });
};

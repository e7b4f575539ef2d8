// The browser for the tests: the system's Chromium or Chrome. On Debian, as root, it is installed when it is missing.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runQuietly } from "../bootstrap.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const macBrowsers = ["Google Chrome", "Chromium"].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** The path of a Chromium or Chrome, or undefined. TRIVIUM_CHROMIUM names one that is elsewhere. */
export const findChromium = (): string | undefined => {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const named = process.env["TRIVIUM_CHROMIUM"];
  return [...(named === undefined ? [] : [named]), ...onPath, ...macBrowsers].find((file) => existsSync(file));
};

/** Installs Chromium where that needs no question; elsewhere throws what to do. */
export const ensureChromium = async (): Promise<void> => {
  if (process.platform === "win32" || findChromium() !== undefined) return;
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (canInstall) {
    await aptGet("Reading Debian's package lists", ["update"]);
    await aptGet("Installing Chromium", ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]);
  }
  if (findChromium() === undefined) {
    throw new Error(
      "The tests of the editor need Chromium or Chrome. Debian: sudo apt-get install chromium. Or name one in TRIVIUM_CHROMIUM.",
    );
  }
};

const aptGet = async (title: string, args: readonly string[]) => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { code, output } = await runQuietly({ title, command: "apt-get", args: ["-q", ...args], env });
  if (code !== 0) console.error(output.split("\n").slice(-10).join("\n"));
};

import { posix, win32 } from "node:path";
import * as l10n from "@vscode/l10n";
import { pathCharacters } from "./characters.ts";
import { ask, type Decision, deny, gravest, type Objection } from "./decision.ts";
import {
  controlFolders,
  controlPaths,
  obeyedFolders,
  obeyedNames,
  secretFolders,
  secretNames,
} from "./rules/protected-names.ts";
import { windowsName } from "./windows-names.ts";

/**
 * Where something happens. `cwd`, `home` and `workspace` are absolute. `linkOf` gives what a symbolic link at an absolute
 * path points to, null when there is none: the caller looks, the policy only thinks.
 */
export interface Surroundings {
  readonly os: "linux" | "darwin" | "win32";
  readonly cwd: string;
  readonly home: string;
  readonly workspace: readonly string[];
  readonly linkOf: (path: string) => string | null;
}

export interface PathRequest {
  /** `extract`: the path is the name of an entry in an archive. */
  readonly op: "read" | "write" | "extract";
  readonly path: string;
}

/** Where a path leads: as it is written, and after its links. */
export interface Resolved {
  readonly written: string;
  readonly real: string;
}

const longestPath = 4_096;
const mostLinks = 40;

export const rulesOf = (os: Surroundings["os"]): typeof posix => (os === "win32" ? win32 : posix);

/** The path behind all links, each `..` taken after the link before it; null when links lead in a circle. */
export const resolvePath = (path: string, { os, cwd, home, linkOf }: Surroundings): Resolved | null => {
  const rules = rulesOf(os);
  const full = /^~(?=$|[\\/])/.test(path) ? home + path.slice(1) : path;
  const absolute = rules.isAbsolute(full) ? full : `${cwd}${rules.sep}${full}`;
  const given = rules.parse(absolute).root;
  const root = rules.normalize(given);
  const waiting = partsOf(absolute.slice(given.length), rules).reverse();
  let real = root;
  let links = 0;
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const next = part === ".." ? rules.dirname(real) : `${real}${real.endsWith(rules.sep) ? "" : rules.sep}${part}`;
    const target = part === ".." ? null : linkOf(next);
    if (target === null) {
      real = next;
      continue;
    }
    if (++links > mostLinks) return null;
    const { root: targetRoot } = rules.parse(target);
    if (targetRoot !== "") real = targetRoot;
    waiting.push(...partsOf(target.slice(targetRoot.length), rules).reverse());
  }
  return { written: rules.resolve(absolute), real };
};

const partsOf = (path: string, { sep }: typeof posix): string[] =>
  path.split(sep === "/" ? /\/+/ : /[\\/]+/).filter((part) => part !== "" && part !== ".");

const folded = (path: string, os: Surroundings["os"]): string => (os === "linux" ? path : path.toLowerCase());

/** Whether `path` is `folder` or below it; both are absolute and without `..`. */
export const isWithin = (path: string, folder: string, os: Surroundings["os"]): boolean => {
  const { sep } = rulesOf(os);
  const base = folded(folder.endsWith(sep) ? folder : `${folder}${sep}`, os);
  return `${folded(path, os)}${sep}`.startsWith(base);
};

const isInside = (path: string, around: Surroundings): boolean =>
  around.workspace.some(
    (folder) =>
      isWithin(path, folder, around.os) || isWithin(path, resolvePath(folder, around)?.real ?? folder, around.os),
  );

/** What may be done with a path. Nothing is read: links are looked up by the caller's `linkOf`. */
export const decidePath = (request: PathRequest, around: Surroundings): Decision => {
  const objection = pathObjection(request, around);
  if (objection) return objection;
  return { decision: "allow", rule: "inside", reason: l10n.t("It lies in the workspace."), needsSandbox: false };
};

/** What speaks against it; null: it may be done. */
export const pathObjection = ({ op, path }: PathRequest, around: Surroundings): Objection | null => {
  const spelling = path.length > longestPath ? tooLong() : (pathCharacters(path) ?? spelled(path, op, around.os));
  if (spelling) return spelling;
  const resolved = resolvePath(path, around);
  if (!resolved) return deny("links", l10n.t("Its links lead in a circle."));
  const places = new Set([resolved.real, resolved.written]);
  return gravest([placed(resolved, op, around), ...[...places].map((place) => named(place, op, around))]);
};

const tooLong = (): Objection => deny("too-long", l10n.t("The path is too long."));

const spelled = (path: string, op: PathRequest["op"], os: Surroundings["os"]): Objection | null => {
  if (path.trim() === "") return deny("empty", l10n.t("There is no path."));
  if (op === "extract" && /^[\\/~]|^[a-z]:|(^|[\\/])\.\.([\\/]|$)|\\/i.test(decoded(path)))
    return deny("archive", l10n.t("The entry of the archive would leave its folder."));
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(path)) return deny("address", l10n.t("It is an address, not a path."));
  if (os === "win32" || op === "extract") {
    const windows = windowsName(path);
    if (windows) return windows;
  } else if (path.includes("\\")) return ask("backslash", l10n.t("The path holds a backslash."));
  if (/%(2e|2f|5c|00)/i.test(path)) return ask("encoded", l10n.t("The path holds an encoded dot or separator."));
  return /^~[^\\/]/.test(path) ? ask("other-home", l10n.t("It may be the home of another user.")) : null;
};

const decoded = (path: string): string =>
  path.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const placed = ({ written, real }: Resolved, op: PathRequest["op"], around: Surroundings): Objection | null => {
  if (isInside(real, around)) {
    const isRoot = around.workspace.some((folder) => isWithin(folder, real, around.os));
    return isRoot && op === "write" ? ask("root", l10n.t("It is the workspace itself.")) : null;
  }
  if (op === "extract") return deny("outside", l10n.t("{0} is outside of the workspace.", real));
  if (op === "write" && isInside(written, around))
    return deny("link-outside", l10n.t("A link leads out of the workspace, to {0}.", real));
  return ask("outside", l10n.t("{0} is outside of the workspace.", real));
};

/** As most file systems compare names: Windows drops dots and blanks at their ends. */
const plainName = (part: string): string =>
  part
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[. ]+$/, "");

const namesIn = (path: string): string[] =>
  path
    .split(/[\\/]+/)
    .filter((part) => part !== "")
    .map(plainName);

const anyOf = (patterns: readonly RegExp[]): RegExp => new RegExp(patterns.map(({ source }) => source).join("|"));

const protectedBy = {
  secretFolder: anyOf(secretFolders),
  secretName: anyOf(secretNames),
  controlFolder: anyOf(controlFolders),
  controlPath: anyOf(controlPaths),
  obeyedFolder: anyOf(obeyedFolders),
  obeyedName: anyOf(obeyedNames),
} as const;

const some = (kind: keyof typeof protectedBy, names: readonly string[]): boolean =>
  names.some((name) => protectedBy[kind].test(name));

/** Whether one part of a path, or a path as a whole, is the name of a secret. */
export const isSecret = (path: string): boolean => {
  const names = namesIn(path);
  return (
    some("secretFolder", names) || some("secretName", names.slice(-1)) || /^\/proc\/[^/]+\/(environ|mem)/.test(path)
  );
};

/** Whether writing this path could change what runs or what is approved. */
const isControl = (path: string): boolean => {
  const names = namesIn(path);
  return some("controlFolder", names) || some("controlPath", [names.join("/")]);
};

const named = (path: string, op: PathRequest["op"], { os, workspace }: Surroundings): Objection | null => {
  const below = workspace.find((folder) => isWithin(path, folder, os));
  // What lies above the workspace is the user's choice of a place, not a name in it.
  const inside = below === undefined ? path : path.slice(below.length);
  const names = namesIn(inside);
  const last = names.slice(-1);
  if (op === "read") {
    const gitConfig = names.includes(".git") && /^(config|credentials)/.test(last[0] ?? "");
    return isSecret(inside) || gitConfig ? ask("secret", l10n.t("{0} may hold secrets.", path)) : null;
  }
  if (isControl(inside)) return deny("control-file", l10n.t("{0} decides what runs or what is approved.", path));
  if (isSecret(inside)) return ask("secret", l10n.t("{0} may hold secrets.", path));
  if (some("obeyedFolder", names) || some("obeyedName", last))
    return ask("obeyed-file", l10n.t("{0} decides what later commands or models do.", path));
  return null;
};

/** Whether a command that was approved before may do something else once this file was changed. */
export const changesCommands = (path: string): boolean => {
  const names = namesIn(path);
  return isControl(path) || some("obeyedFolder", names) || some("obeyedName", names.slice(-1));
};

// The floor: few things that no mode and no approval lets through. It looks at every simple command of a script, however
// deep, behind wrappers and inside scripts that are given as text. It is meant to be right, not complete.
import { posix } from "node:path";
import * as l10n from "@vscode/l10n";
import { deny, type Objection } from "./decision.ts";
import { isSecret, isWithin, pathObjection, type Surroundings } from "./paths.ts";
import {
  diskPrograms,
  harmlessDevices,
  interpreters,
  keyOptions,
  senders,
  shells,
  systemFolders,
  wrappers,
  writers,
} from "./rules/floor-names.ts";
import type { ShellReader } from "./shell/reader.ts";
import { type ShellScript, type ShellWord, type SimpleCommand, scriptOf } from "./shell/script.ts";

interface Place {
  readonly around: Surroundings;
  /** Where the command runs; null when an earlier `cd` led to where nobody knows. */
  readonly cwd: string | null;
}

/** How often a script may hold another script as text, and how many of them are read. */
const deepest = 4;
const mostScripts = 32;

/** What the floor refuses in a script, or null. `reader` reads the scripts inside of it. */
export const floorObjection = (script: ShellScript, around: Surroundings, reader: ShellReader): Objection | null => {
  const waiting = [{ script, depth: 0 }];
  let left = mostScripts;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const objection = inScript(next.script, around);
    if (objection) return objection;
    if (next.depth >= deepest) continue;
    for (const text of innerScripts(next.script)) {
      const tree = left-- > 0 ? reader.read(text) : null;
      if (tree) waiting.push({ script: scriptOf(tree, around), depth: next.depth + 1 });
    }
  }
  return null;
};

const inScript = (script: ShellScript, around: Surroundings): Objection | null => {
  if (script.multiplies) return forkBomb();
  let cwd: string | null = around.cwd;
  for (const command of script.commands) {
    for (const words of unwrapped(command.words)) {
      const objection = inCommand(words, { around, cwd });
      if (objection) return objection;
    }
    cwd = cwdAfter(command, { around, cwd });
  }
  for (const { writes, target } of script.redirections) {
    const objection = writes && target.exact ? writeTo(target.text, { around, cwd: around.cwd }) : null;
    if (objection) return objection;
  }
  return leak(script, around);
};

const forkBomb = (): Objection => deny("fork-bomb", l10n.t("It starts itself again and again."));

/** The last part of a program's path, in lower case. */
const programName = (word: ShellWord | undefined): string =>
  (word?.text.split(/[\\/]/).at(-1) ?? "").toLowerCase().replace(/\.exe$/, "");

/** The words, and what a wrapper or `find -exec` may run of them. */
function* unwrapped(words: readonly ShellWord[]): Generator<readonly ShellWord[]> {
  yield words;
  const name = programName(words[0]);
  if (wrappers.has(name)) for (let at = 1; at < Math.min(words.length, 24); at++) yield words.slice(at);
  if (name !== "find") return;
  for (const [at, { text }] of words.entries()) if (/^-(exec|ok)(dir)?$/.test(text)) yield words.slice(at + 1);
}

const cwdAfter = ({ words }: SimpleCommand, { around, cwd }: Place): string | null => {
  if (programName(words[0]) !== "cd" && programName(words[0]) !== "pushd") return cwd;
  const target = words.slice(1).find(({ text }) => !text.startsWith("-"));
  if (!target) return around.home;
  if (!target.exact || (cwd === null && !posix.isAbsolute(target.text))) return null;
  return posix.resolve(cwd ?? "/", target.text);
};

const inCommand = (words: readonly ShellWord[], place: Place): Objection | null => {
  const name = programName(words[0]).replace(/^g(?=rm$|chmod$|chown$|cp$|mv$|dd$|shred$)/, "");
  const rest = words.slice(1);
  const operands = operandsOf(rest);
  if (name === "rm" && hasFlag(rest, "rR", "--recursive")) {
    const target = operands.find((word) => isCritical(word, place, around(place)));
    if (target) return removes(target.source);
  }
  if (name === "find") return findRemoves(rest, place);
  if (/^(chmod|chown|chgrp|setfacl)$/.test(name) && hasFlag(rest, "R", "--recursive")) {
    const target = operands.find((word) => isCritical(word, place, []));
    if (target) return deny("system-rights", l10n.t("It changes the rights of {0} and all below.", target.source));
  }
  if (name === "mv" && operands.slice(0, -1).some((word) => isCritical(word, place, around(place))))
    return removes(operands[0]?.source ?? "");
  const device = diskPrograms.test(name) ? operands.find((word) => word.exact && isDevice(word.text)) : undefined;
  if (device && !hasFlag(rest, "l", "--list")) return raw(device.text);
  if (
    interpreters.test(name) &&
    rest.some(({ text }) => /\bfork\b/.test(text) && /\b(while|for|loop|until|1)\b/.test(text))
  )
    return forkBomb();
  return writes(name, rest, place);
};

const around = ({ around: { workspace } }: Place): readonly string[] => workspace;

const removes = (what: string): Objection => deny("removes-all", l10n.t("It removes {0} and everything below.", what));
const raw = (device: string): Objection => deny("raw-device", l10n.t("It writes to the device {0}.", device));

const operandsOf = (words: readonly ShellWord[]): readonly ShellWord[] => {
  const end = words.findIndex(({ text }) => text === "--");
  const before = (end < 0 ? words : words.slice(0, end)).filter(({ text }) => !text.startsWith("-"));
  return end < 0 ? before : [...before, ...words.slice(end + 1)];
};

/** Long options may be shortened. */
const hasFlag = (words: readonly ShellWord[], letters: string, long: string): boolean =>
  words.some(({ text }) =>
    text.startsWith("--")
      ? text.length >= 4 && long.startsWith(text)
      : text.startsWith("-") && [...letters].some((letter) => text.includes(letter)),
  );

/** The alternatives of the first pair of braces, as the shell makes them. */
const braced = ({ text }: ShellWord): readonly string[] => {
  const found = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(text);
  if (!found) return [text];
  const [, before = "", inside = "", behind = ""] = found;
  return inside.split(",", 16).map((part) => before + part + behind);
};

/** Whether a recursive command there takes the system, the home or (of `also`) what the user works on. */
const isCritical = (
  word: ShellWord,
  { around: { os, home, workspace }, cwd }: Place,
  also: readonly string[],
): boolean =>
  word.exact &&
  braced(word).some((text) => {
    const path = /^~(?=\/|$)/.test(text) ? home + text.slice(1) : text;
    if (path === "" || (cwd === null && !posix.isAbsolute(path))) return false;
    // A star takes everything in the folder before it.
    const folder = posix.resolve(cwd ?? "/", path.replace(/(^|\/)(\*+|\.\*|\.\[!?\^?\.\]\*|\?\*|\*\.\*)$/, "$1."));
    if (systemFolders.has(folder.toLowerCase()) || /^\/(home|users)\/[^/]+$/i.test(folder)) return true;
    if (/^[a-z]:[\\/]*\*?$/i.test(path)) return true;
    if (isWithin(home, folder, os)) return true;
    const above = also.some((root) => isWithin(root, folder, os));
    // Where the command stands counts as well when it is not below the workspace.
    return above || (also.length > 0 && workspace.length === 0 && folder === cwd);
  });

const findRemoves = (rest: readonly ShellWord[], place: Place): Objection | null => {
  const start = rest.findIndex(({ text }) => /^[-(!]/.test(text));
  const from = rest.slice(0, start < 0 ? rest.length : start).find((word) => isCritical(word, place, []));
  const deletes = rest.some(({ text }, at) => {
    return (
      text === "-delete" || (/^-(exec|ok)(dir)?$/.test(text) && /^(rm|unlink|shred)$/.test(programName(rest[at + 1])))
    );
  });
  const narrowed = rest.some(({ text }) => /^-(i?name|i?path|i?regex|size|mtime|newer|empty)$/.test(text));
  return from && deletes && !narrowed ? removes(from.source) : null;
};

const isDevice = (path: string): boolean => {
  const full = posix.normalize(path);
  return full.startsWith("/dev/") && !harmlessDevices.test(full);
};

const writeTo = (path: string, { around: surroundings, cwd }: Place): Objection | null => {
  if (isDevice(path)) return raw(path);
  if (cwd === null || surroundings.os === "win32") return null;
  const judged = pathObjection({ op: "write", path }, { ...surroundings, cwd });
  return judged?.rule === "control-file" ? judged : null;
};

const writes = (name: string, rest: readonly ShellWord[], place: Place): Objection | null => {
  const kind = writers[name];
  if (kind === undefined) return null;
  if ((name === "sed" || name === "perl") && !rest.some(({ text }) => /^-[a-z]*i|^--in-place/.test(text))) return null;
  const operands = operandsOf(rest);
  for (const { text, exact } of kind === "all" ? operands : operands.slice(-1)) {
    const path = name === "dd" ? /^of=(.*)$/s.exec(text)?.[1] : text;
    const objection = exact && path ? writeTo(path, place) : null;
    if (objection) return objection;
  }
  return null;
};

/** A secret and a program that sends, in one script. */
const leak = ({ commands, redirections }: ShellScript, { home }: Surroundings): Objection | null => {
  const all = commands.flatMap(({ words }) => [...unwrapped(words)]);
  if (!all.some((words) => senders.has(programName(words[0])))) return null;
  const named = commands.flatMap(({ words }) =>
    words.filter((_, at) => at > 0 && !keyOptions.has(words[at - 1]?.text ?? "")),
  );
  const files = [...named, ...redirections.filter(({ writes: out }) => !out).map(({ target }) => target)];
  const secret = files.find(({ text }) => text.split(/[@=:,;]/).some((part) => looksLikePath(part) && isSecret(part)));
  if (!secret) return null;
  return deny("leak", l10n.t("It reads {0} and sends something.", secret.source.replace(home, "~")));
};

/** Hosts and addresses are no files, though `example.key` could be one. */
const looksLikePath = (text: string): boolean => !/^\/\/|\s/.test(text) && text.length < 1_024;

/** Texts that a shell in the script gets as a script: after `-c`, to `eval`, or on its standard input. */
const innerScripts = ({ commands, documents }: ShellScript): readonly string[] => {
  const texts: string[] = [];
  let fromInput = false;
  for (const command of commands)
    for (const [name, ...rest] of unwrapped(command.words)) {
      if (!shells.has(programName(name))) continue;
      const code = rest.findIndex(({ text }) => /^-[a-z]*c$|^--command/.test(text));
      if (programName(name) === "eval") texts.push(rest.map(({ text }) => text).join(" "));
      else if (code >= 0) texts.push(rest[code + 1]?.text ?? "");
      else if (programName(name) === "trap") texts.push(rest[0]?.text ?? "");
      else fromInput = true;
    }
  if (!fromInput) return texts;
  const printed = commands.flatMap(({ words }) =>
    /^(echo|printf|cat)$/.test(programName(words[0])) ? words.slice(1).map(({ text }) => text) : [],
  );
  return [...texts, ...documents, ...printed];
};

#!/usr/bin/env node
// `npm start`: opens Trivium in VS Code, ready to chat. Reads the command line, prepares the clone, then scripts/editor/start.ts.
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { fail, prepare } from "./bootstrap.mjs";

const usage = `Opens Trivium in VS Code, ready to chat.

npm start -- [options]

  --folder DIR         the folder to work in (a small playground when left out)
  --model FILE.gguf    the model that answers (the starter model when left out)
  --desktop            the VS Code that the command \`code\` opens (chosen by itself when it is there)
  --browser            VS Code in the browser (chosen by itself otherwise; about 600 MB, fetched once)
  --port N             the port for --browser (8790, or a free one)
  --help               this text`;

const readOptions = () => {
  try {
    return parseArgs({
      options: {
        folder: { type: "string" },
        model: { type: "string" },
        port: { type: "string" },
        browser: { type: "boolean" },
        desktop: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return fail(`${error.message}\n\n${usage}`);
  }
};

/** npm runs scripts in the project's folder; a path on the command line means the folder that the user is in. */
const absolute = (path) => {
  const expanded = path === "~" || path.startsWith("~/") ? homedir() + path.slice(1) : path;
  return resolve(process.env.INIT_CWD ?? process.cwd(), expanded);
};

const checkFolder = (given) => {
  const folder = absolute(given);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) fail(`There is no folder ${folder}.`);
  if (!found.isDirectory()) fail(`${folder} is not a folder.`);
  return folder;
};

const checkModel = (given) => {
  const file = absolute(given);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) fail(`There is no model file ${file}.`);
  if (!found.isFile()) fail(`${file} is not a file. --model takes one GGUF file.`);
  try {
    accessSync(file, constants.R_OK);
  } catch {
    fail(`${file} cannot be read by this user.`);
  }
  if (firstBytes(file) !== "GGUF") fail(`${file} is not a GGUF model: it does not begin with "GGUF".`);
  return file;
};

const firstBytes = (file) => {
  const buffer = Buffer.alloc(4);
  const handle = openSync(file, "r");
  readSync(handle, buffer, 0, 4, 0);
  closeSync(handle);
  return buffer.toString("latin1");
};

const checkPort = (given) => {
  const port = Number(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    fail(`--port takes a number from 1 to 65535, not "${given}".`);
  return port;
};

const given = readOptions();
if (given.help) {
  console.log(usage);
  process.exit(0);
}
if (given.browser && given.desktop) fail("--browser and --desktop exclude each other.");
const options = {
  folder: given.folder === undefined ? undefined : checkFolder(given.folder),
  model: given.model === undefined ? undefined : checkModel(given.model),
  port: given.port === undefined ? undefined : checkPort(given.port),
  editor: given.browser ? "browser" : given.desktop ? "desktop" : "any",
};

await prepare(import.meta.url);
const { start } = await import("./editor/start.ts");
process.exit(await start(options));

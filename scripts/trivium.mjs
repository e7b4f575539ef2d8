#!/usr/bin/env node
// The terminal program: `npm run trivium -- chat "…"`. Prepares the clone, then runs the agent with these arguments.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, exitStatus, nodePath, root } from "./bootstrap.mjs";

await ensureInstalled();
await ensureBuilt();

// npm moves to the clone's folder; the user's relative paths are meant from where npm was called.
const cwd = process.env.INIT_CWD ?? process.cwd();
const agent = spawn(nodePath, [join(root, "dist", "agent.mjs"), ...process.argv.slice(2)], { stdio: "inherit", cwd });
// A terminal sends Ctrl+C to both; the agent decides what it means, this process only waits.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => agent.kill(signal));
process.exit(await exitStatus(agent));

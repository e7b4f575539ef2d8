// Commands, paths and addresses, through the policy that decides before anything runs.
import { join } from "node:path";
import * as z from "zod/mini";
import { type CommandRequest, decideCommand } from "../../../src/agent/policy/decide.ts";
import { decidePath, type Surroundings } from "../../../src/agent/policy/paths.ts";
import { argvOf } from "../../../src/agent/policy/shell/plain.ts";
import { loadShellReader } from "../../../src/agent/policy/shell/reader.ts";
import { decideUrl } from "../../../src/agent/policy/urls.ts";
import { readShellGrammar } from "../../../src/agent/ports/shell-grammar.ts";
import { root } from "../../bootstrap.mjs";
import { defineSuite } from "../suite.ts";
import { answerAll, decisionCase, scoreDecisions, securityCases } from "./security.ts";

const Os = z.enum(["linux", "darwin", "win32"]);

const CommandInput = z.object({
  command: z.string(),
  shell: z.string(),
  os: Os,
  cwd: z.string(),
  workspace: z.array(z.string()),
  home: z.string(),
  alwaysAllow: z._default(z.array(z.string()), []),
  editedThisSession: z._default(z.array(z.string()), []),
});

export const commandPolicySuite = defineSuite({
  ...{ name: "command-policy", casesFile: securityCases, area: "command", schema: decisionCase(CommandInput) },
  async open() {
    const reader = await loadShellReader(() => readShellGrammar(join(root, "dist")));
    return {
      answer: (one) =>
        answerAll(one, "command", ({ command, shell, alwaysAllow, editedThisSession, ...where }) => {
          const remembered = alwaysAllow.flatMap((known) => {
            const argv = argvOf(known);
            return argv ? [argv] : [];
          });
          const request: CommandRequest = { command, shell, remembered, edited: editedThisSession };
          const { decision, reason } = decideCommand(request, { ...where, linkOf: () => null }, reader);
          return { decision, reason };
        }),
    };
  },
  score: scoreDecisions,
});

const PathInput = z.object({
  op: z.enum(["read", "write", "extract"]),
  path: z.string(),
  os: Os,
  workspace: z.array(z.string()),
  home: z.string(),
  fs: z._default(z.array(z.object({ link: z.string(), to: z.string() })), []),
});

export const pathPolicySuite = defineSuite({
  ...{ name: "path-policy", casesFile: securityCases, area: "path", schema: decisionCase(PathInput) },
  open: async () => ({
    answer: (one) =>
      answerAll(one, "path", ({ op, path, os, workspace, home, fs }) => {
        const linkOf = (place: string) => fs.find(({ link }) => link === place)?.to ?? null;
        const around: Surroundings = { os, workspace, home, cwd: workspace[0] ?? home, linkOf };
        const { decision, reason } = decidePath({ op, path }, around);
        return { decision, reason };
      }),
  }),
  score: scoreDecisions,
});

const UrlInput = z.object({
  url: z.string(),
  dns: z._default(z.record(z.string(), z.array(z.array(z.string()))), {}),
  redirects: z._default(z.array(z.string()), []),
  webEnabled: z.boolean(),
});

export const urlPolicySuite = defineSuite({
  ...{ name: "url-policy", casesFile: securityCases, area: "url", schema: decisionCase(UrlInput) },
  open: async () => ({
    answer: (one) =>
      answerAll(one, "url", ({ url, dns, redirects, webEnabled }) => {
        const { decision, reason } = decideUrl({ url, redirects, lookups: dns, webEnabled });
        return { decision, reason };
      }),
  }),
  score: scoreDecisions,
});

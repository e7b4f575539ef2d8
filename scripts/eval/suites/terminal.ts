// What programs print, as the model and the view get it, and as a question shows it.
import * as z from "zod/mini";
import { terminalText, visibleText } from "../../../src/agent/policy/terminal-text.ts";
import { defineSuite } from "../suite.ts";
import { answerAll, scoreTexts, securityCases, textCase } from "./security.ts";

export const terminalSuite = defineSuite({
  name: "terminal",
  casesFile: securityCases,
  area: "terminal",
  schema: textCase(z.object({ bytes: z.string(), sink: z._default(z.string(), "model+webview") })),
  open: async () => ({
    answer: (one) =>
      answerAll(one, "bytes", ({ bytes, sink }) => ({
        output: sink === "approval-dialog" ? visibleText(bytes) : terminalText(bytes),
      })),
  }),
  score: scoreTexts,
});

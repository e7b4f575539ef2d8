// Cases as lines of JSON, whether a file has lines or is one JSON value with a list of cases.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import * as z from "zod/mini";
import { linesOf } from "../../src/agent/ports/lines.ts";
import { parseJson } from "../../src/protocol/rpc.ts";

const List = z.array(z.looseObject({ area: z.optional(z.string()) }));
const Whole = z.union([List, z.object({ cases: List })]);
const OfArea = z.object({ area: z.string() });

/** The cases of `area`, and those that name none; null: all of them. */
export async function* caseLines(file: string, area: string | null): AsyncGenerator<string> {
  if (area === null) {
    yield* linesOf(createReadStream(file, "utf8"));
    return;
  }
  const whole = parseJson(Whole, await readFile(file, "utf8"));
  if (whole.ok) {
    const cases = Array.isArray(whole.value) ? whole.value : whole.value.cases;
    for (const one of cases) if (one.area === undefined || one.area === area) yield JSON.stringify(one);
    return;
  }
  for await (const line of linesOf(createReadStream(file, "utf8"))) {
    const named = parseJson(OfArea, line);
    if (!named.ok || named.value.area === area) yield line;
  }
}

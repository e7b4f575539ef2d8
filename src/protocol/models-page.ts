import * as z from "zod/mini";
import { Failure, NextStep } from "./failure.ts";
import { MemoryFit, MemoryNeed } from "./memory.ts";
import { ModelsState } from "./models.ts";
import { RoleName } from "./profile.ts";

/** What loading a model now would add and unload, as models/plan says it. */
export const PlanPreview = z.object({
  need: z.nullable(MemoryNeed),
  fit: MemoryFit,
  /** Ids of the models that would make room. */
  evict: z.array(z.string()),
  problem: z.nullable(Failure),
});
export type PlanPreview = z.infer<typeof PlanPreview>;

/** What is being done with a model, a download or a profile, until the agent has answered. */
export const Work = z.enum(["loading", "unloading", "measuring", "deleting", "getting", "other"]);
export type Work = z.infer<typeof Work>;

/** Extension to Models page. */
export const ToModelsPage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("state"), state: ModelsState }),
  /** The answer to "plan"; null when the agent could not say. */
  z.object({ type: z.literal("plan"), id: z.string(), plan: z.nullable(PlanPreview) }),
  /** `work` is null when it has ended, well or not. */
  z.object({ type: z.literal("working"), id: z.string(), work: z.nullable(Work) }),
  /** Something that was asked for is done: said to screen readers. */
  z.object({ type: z.literal("notice"), text: z.string() }),
  /** What was asked for failed, or the agent does not start. */
  z.object({ type: z.literal("problem"), message: z.string(), next: z.array(NextStep) }),
]);
export type ToModelsPage = z.infer<typeof ToModelsPage>;

const about = <T extends string>(type: T) => z.object({ type: z.literal(type), id: z.string() });

/**
 * Models page to extension. The page names things by the ids it was shown and never a path, a setting, a command or a
 * key; what costs something (a download, a deletion, a key) the extension asks about in the editor's own dialogs.
 */
export const FromModelsPage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  about("load"),
  about("unload"),
  about("measure"),
  about("remove"),
  about("plan"),
  z.object({ type: z.literal("useFor"), id: z.string(), role: RoleName }),
  z.object({ type: z.literal("get"), catalogId: z.string(), file: z.string() }),
  z.object({ type: z.literal("import") }),
  about("pause"),
  about("resume"),
  about("cancel"),
  z.object({ type: z.literal("addEngine") }),
  about("setKey"),
  about("removeKey"),
  about("useProfile"),
  about("duplicateProfile"),
  about("exportProfile"),
  about("deleteProfile"),
  z.object({ type: z.literal("importProfile") }),
  z.object({ type: z.literal("openLink"), url: z.string() }),
  z.object({ type: z.literal("nextStep"), step: NextStep }),
]);
export type FromModelsPage = z.infer<typeof FromModelsPage>;

// Written by `npm run gen` from the .role.ts files beside it.
import { answerer } from "./answerer.role.ts";
import { coder } from "./coder.role.ts";
import { committer } from "./committer.role.ts";
import { critic } from "./critic.role.ts";
import { executor } from "./executor.role.ts";
import { mathematician } from "./mathematician.role.ts";
import { planner } from "./planner.role.ts";
import { router } from "./router.role.ts";
import { summariser } from "./summariser.role.ts";
import { titler } from "./titler.role.ts";

/** Every role by its name. */
export const roles = { answerer, coder, committer, critic, executor, mathematician, planner, router, summariser, titler } as const;

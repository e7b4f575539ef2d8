import type { RoleName } from "../../protocol/profile.ts";
import type { Domain } from "../../protocol/routing.ts";
import type { AnswerInput } from "../roles/answer-input.ts";
import { answerer } from "../roles/answerer.role.ts";
import { coder } from "../roles/coder.role.ts";
import type { Role } from "../roles/define.ts";
import { mathematician } from "../roles/mathematician.role.ts";

interface Specialist {
  /** Who answers a question of the domain. */
  readonly answers: Role<AnswerInput, string>;
  /** Whose models carry out a plan's steps in the domain. */
  readonly does: RoleName;
}

export const specialists: Readonly<Record<Domain, Specialist>> = {
  coder: { answers: coder, does: "coder" },
  math: { answers: mathematician, does: "mathematician" },
  general: { answers: answerer, does: "executor" },
};

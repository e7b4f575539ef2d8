/**
 * What the rules say of one command, path or address. `rule` is the id of what decided, for logs; `reason` is for people.
 * `needsSandbox`: the allow holds only while an operating system's sandbox is active; without one it has to be asked.
 * A deny survives every mode: no setting and no remembered approval turns it into something else.
 */
export interface Decision {
  readonly decision: "allow" | "ask" | "deny";
  readonly rule: string;
  readonly reason: string;
  readonly needsSandbox: boolean;
}

/** What stands in the way of an allow. */
export interface Objection extends Decision {
  readonly decision: "ask" | "deny";
}

export const ask = (rule: string, reason: string): Objection => ({
  ...{ decision: "ask", rule, reason, needsSandbox: false },
});

export const deny = (rule: string, reason: string): Objection => ({
  ...{ decision: "deny", rule, reason, needsSandbox: false },
});

/** The first deny, else the first ask, else null. */
export const gravest = (objections: Iterable<Objection | null>): Objection | null => {
  let asked: Objection | null = null;
  for (const objection of objections) {
    if (objection?.decision === "deny") return objection;
    asked ??= objection;
  }
  return asked;
};

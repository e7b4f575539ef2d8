import * as z from "zod/mini";

const amount = z.number().check(z.gte(0));

const amounts = {
  /** Model calls. */
  steps: amount,
  /** Tokens read and written. */
  tokens: amount,
  ms: amount,
  /** Estimated from the time that processor cores were busy; 0 for what runs elsewhere. */
  wattHours: amount,
};

export const Amounts = z.object(amounts);
export type Amounts = z.infer<typeof Amounts>;

/** What a turn may use and has used. A limit of 0 is none. */
export const Budget = z.object({ used: Amounts, limit: Amounts });
export type Budget = z.infer<typeof Budget>;

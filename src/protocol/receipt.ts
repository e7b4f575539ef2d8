import * as z from "zod/mini";

/** One part of a prompt. `tokens` is what it took; `sent` whether all, some or none of it went in. */
export const ReceiptPart = z.object({
  /** For people: "system prompt", "src/cart.ts, lines 1-20", "12 earlier turns". */
  name: z.string(),
  kind: z.enum(["system", "history", "attachment", "prompt", "plan", "result", "hint", "partial"]),
  tokens: z.number(),
  sent: z.enum(["whole", "cut", "left-out"]),
});
export type ReceiptPart = z.infer<typeof ReceiptPart>;

/** What was sent to a model for one answer, counted by its own tokenizer; the parts' tokens add up to `tokens`. */
export const Receipt = z.object({
  role: z.string(),
  model: z.string(),
  contextSize: z.number(),
  /** What was kept free for the answer. */
  reserved: z.number(),
  tokens: z.number(),
  parts: z.array(ReceiptPart),
});
export type Receipt = z.infer<typeof Receipt>;

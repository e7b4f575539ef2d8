import type { RegisteredModel } from "./registry-model.ts";

/** One model, or those that the text could mean: none, or several. */
export type FindResult =
  | { readonly ok: true; readonly model: RegisteredModel }
  | { readonly ok: false; readonly candidates: readonly RegisteredModel[] };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** From what names one file only to what a person remembers of a name. The first that fits any model decides. */
const ways: readonly ((model: RegisteredModel, text: string) => boolean)[] = [
  (model, text) => model.id === text || model.path === text,
  (model, text) => model.catalog !== null && same(model.catalog.id, text),
  (model, text) => model.names.some((name) => same(name, text)),
  (model, text) => [...model.names, model.path].some((name) => name.toLowerCase().endsWith(text.toLowerCase())),
];

export const findModel = (models: readonly RegisteredModel[], text: string): FindResult => {
  const wanted = text.trim();
  if (wanted === "") return { ok: false, candidates: [] };
  for (const fits of ways) {
    const candidates = models.filter((model) => fits(model, wanted));
    const [model] = candidates;
    if (model && candidates.length === 1) return { ok: true, model };
    if (model) return { ok: false, candidates };
  }
  return { ok: false, candidates: [] };
};

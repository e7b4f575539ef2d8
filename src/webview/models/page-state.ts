import type { NextStep } from "../../protocol/failure.ts";
import type { Download, ModelsState } from "../../protocol/models.ts";
import type { PlanPreview, ToModelsPage, Work } from "../../protocol/models-page.ts";
import type { RoleName } from "../../protocol/profile.ts";
import { downloadWords } from "./download-words.ts";
import type { Saved } from "./page-host.ts";

/** Everything the Models page shows. */
export interface PageState {
  /** Null until the agent has answered. */
  readonly models: ModelsState | null;
  /** By model id; null while it is asked for, or when the agent could not say. */
  readonly plans: Readonly<Record<string, PlanPreview | null>>;
  readonly working: Readonly<Record<string, Work>>;
  /** The model under the pointer or with the focus: what loading it would add is shown. */
  readonly pointedAt: string | null;
  readonly problem: { readonly message: string; readonly next: readonly NextStep[] } | null;
  /** What a screen reader is told; `count` rises with each, so that the same words are said again. */
  readonly said: { readonly text: string; readonly count: number };
  /** Tenths of each download that have been said. */
  readonly saidTenths: Readonly<Record<string, number>>;
  readonly filter: string;
  readonly role: RoleName | null;
  readonly allOpen: boolean;
}

/** What the extension says, and what happens in the page itself. */
export type PageEvent =
  | ToModelsPage
  | { readonly type: "pointed"; readonly id: string | null }
  | { readonly type: "planAsked"; readonly id: string }
  | { readonly type: "saved"; readonly change: Partial<Saved> }
  | { readonly type: "problemClosed" };

export const initialPage = (saved: Saved): PageState => ({
  models: null,
  plans: {},
  working: {},
  pointedAt: null,
  problem: null,
  said: { text: "", count: 0 },
  saidTenths: {},
  ...saved,
});

const say = (state: PageState, texts: readonly string[]): PageState =>
  texts.length === 0 ? state : { ...state, said: { text: texts.join(" "), count: state.said.count + 1 } };

/** Ten per cent that nobody has heard of, or another state, is worth saying; the first sight of a download is not. */
const worthSaying = (before: Download | undefined, now: Download, saidTenths: number): boolean => {
  if (!before) return false;
  return before.state !== now.state || (now.state === "running" && tenthsOf(now) > saidTenths);
};

const tenthsOf = ({ doneBytes, totalBytes }: Download): number =>
  totalBytes ? Math.floor((doneBytes / totalBytes) * 10) : 0;

const withModels = (state: PageState, models: ModelsState): PageState => {
  const before = new Map(state.models?.downloads.map((download) => [download.id, download]));
  const news = models.downloads.filter((download) =>
    worthSaying(before.get(download.id), download, state.saidTenths[download.id] ?? 0),
  );
  const saidTenths = Object.fromEntries(models.downloads.map((download) => [download.id, tenthsOf(download)]));
  // What fits depends on what is loaded: a plan from before is not true any more.
  const plans = loadedIds(models) === loadedIds(state.models) ? state.plans : {};
  return say({ ...state, models, plans, saidTenths }, news.map(downloadWords));
};

const loadedIds = (models: ModelsState | null): string =>
  (models?.installed ?? [])
    .filter(({ loaded }) => loaded)
    .map(({ id }) => id)
    .join("\n");

const without = <T>(record: Readonly<Record<string, T>>, id: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== id));

export const reducePage = (state: PageState, event: PageEvent): PageState => {
  switch (event.type) {
    case "state":
      return withModels(state, event.state);
    case "plan":
      return { ...state, plans: { ...state.plans, [event.id]: event.plan } };
    case "working":
      return {
        ...state,
        problem: event.work ? null : state.problem,
        working: event.work ? { ...state.working, [event.id]: event.work } : without(state.working, event.id),
      };
    case "notice":
      return say(state, [event.text]);
    case "problem":
      return { ...state, problem: { message: event.message, next: event.next } };
    case "pointed":
      return { ...state, pointedAt: event.id };
    case "planAsked":
      return { ...state, plans: { ...state.plans, [event.id]: null } };
    case "saved":
      return { ...state, ...event.change };
    case "problemClosed":
      return { ...state, problem: null };
  }
};

/** The model whose plan has to be asked for now, or null. A loaded model needs none. */
export const planToAsk = ({ models, plans, pointedAt }: PageState): string | null => {
  const model = models?.installed.find(({ id }) => id === pointedAt);
  return model && !model.loaded && !model.problem && !(model.id in plans) ? model.id : null;
};

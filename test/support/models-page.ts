// The Models page's own bundle in a browser, without editor and agent.
import type { FromModelsPage, ToModelsPage } from "../../src/protocol/models-page.ts";
import type { ThemeName } from "./editor-colours.ts";
import { type FakePage, openFakePage } from "./fake-page.ts";

export type FakeModelsPage = FakePage<FromModelsPage, ToModelsPage>;

/** Opens the page; resolves when it has said that it is ready. */
export const openFakeModelsPage = (theme: ThemeName = "dark"): Promise<FakeModelsPage> => openFakePage("models", theme);

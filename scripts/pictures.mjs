#!/usr/bin/env node
// `npm run pictures`: takes the README's pictures from the real workbench into media/. Prepares the clone first.
import { fail, prepare } from "./bootstrap.mjs";

await prepare(import.meta.url);
const { takePictures } = await import("./editor/pictures.ts");
try {
  await takePictures();
} catch (error) {
  fail(`The pictures could not be taken: ${error.message}`);
}
process.exit(0);

import * as l10n from "@vscode/l10n";
import { zoneOf, zoneStarts, zoneText } from "../run-words.ts";
import { percent } from "../text.ts";

const zones = ["doubtful", "unsure", "likely"] as const;
const shares = {
  doubtful: zoneStarts.unsure,
  unsure: zoneStarts.likely - zoneStarts.unsure,
  likely: 1 - zoneStarts.likely,
};

/** How sure, as a number, a word, and a mark on a line with its three zones, which are named. */
export const Confidence = ({ value }: { value: number }) => {
  const zone = zoneOf(value);
  return (
    <div class="confidence">
      <p>{l10n.t("{0}, {1}", percent(value), zoneText(zone))}</p>
      <div class="scale" aria-hidden="true">
        <div class="mark" style={{ left: percent(value).replace(" ", "") }} />
        {zones.map((each) => (
          <span key={each} class={each === zone ? "zone here" : "zone"} style={{ flexGrow: shares[each] }} />
        ))}
      </div>
      <p class="zones">
        {l10n.t(
          "below {0} {1}, below {2} {3}, above {4}",
          percent(zoneStarts.unsure),
          zoneText("doubtful"),
          percent(zoneStarts.likely),
          zoneText("unsure"),
          zoneText("likely"),
        )}
      </p>
    </div>
  );
};

import type { Check } from "../../protocol/verdict.ts";
import { checkLook } from "../run-words.ts";
import { Icon } from "./icon.tsx";

/** What was looked at and how it came out, with an icon and a word for each. */
export const Checks = ({ checks }: { checks: readonly Check[] }) => (
  <ul class="checks">
    {checks.map((check, index) => {
      const { icon, word } = checkLook(check.outcome);
      return (
        <li key={index} class={check.outcome}>
          <Icon name={icon} />
          <span>
            {word}: {check.text}
          </span>
        </li>
      );
    })}
  </ul>
);

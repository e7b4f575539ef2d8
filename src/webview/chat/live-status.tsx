import * as l10n from "@vscode/l10n";
import { useEffect, useRef, useState } from "preact/hooks";
import { alreadySaid, endWords, newsOf, type Said } from "../announce.ts";
import { sentenceEnd, speakable } from "../speech.ts";
import type { TurnView } from "../state.ts";

const speakEveryMs = 3000;

interface LiveStatusProps {
  turns: readonly TurnView[];
  /** What the user's own action has to say; `count` rises with each. */
  notice: { readonly text: string; readonly count: number };
}

const spoken = (turn: TurnView): string => speakable(turn.answer, l10n.t("Code block."));

/**
 * What a screen reader hears while an answer is written: the road, the plan and its steps, finished sentences, gathered
 * for some seconds, and the end. The transcript itself stays silent, as it would be read again with every word.
 */
export const LiveStatus = ({ turns, notice }: LiveStatusProps) => {
  const [message, setMessage] = useState({ text: "", count: 0 });
  const say = (text: string) => setMessage(({ count }) => ({ text, count: count + 1 }));
  const latest = useRef(turns);
  latest.current = turns;
  const heard = useRef({ turnId: "", length: 0 });
  const said = useRef<{ turnId: string; said: Said } | null>(null);
  const running = turns.find((turn) => turn.state === "running");
  const runningId = running?.id;
  const find = (id: string) => latest.current.find((turn) => turn.id === id);

  useEffect(() => {
    const turn = runningId === undefined ? undefined : find(runningId);
    if (!turn) return;
    heard.current = { turnId: turn.id, length: spoken(turn).length };
    // One that has just begun has said nothing, even when its road came with it.
    said.current = { turnId: turn.id, said: { ...alreadySaid(turn), road: turn.seq > 1 && turn.routing !== null } };
    say(l10n.t("Answering"));

    const timer = setInterval(() => {
      const now = find(turn.id);
      if (!now) return;
      const text = spoken(now);
      // The answer was taken back and begins anew.
      if (text.length < heard.current.length) heard.current.length = 0;
      const end = sentenceEnd(text, heard.current.length);
      if (end === heard.current.length) return;
      say(text.slice(heard.current.length, end));
      heard.current.length = end;
    }, speakEveryMs);

    return () => {
      clearInterval(timer);
      const ended = find(turn.id);
      if (ended) say(`${spoken(ended).slice(heard.current.length)} ${endWords(ended)}`.trim());
    };
  }, [runningId]);

  // What happens between two drawings is said together, so that no word pushes another out.
  useEffect(() => {
    if (!running || said.current?.turnId !== running.id) return;
    const news = newsOf(running, said.current.said);
    said.current.said = alreadySaid(running);
    if (news.length > 0) say(news.join(" "));
  }, [running?.routing, running?.plan, running?.steps, running?.verdicts, running?.paused]);

  useEffect(() => {
    if (notice.count > 0) say(notice.text);
  }, [notice.count]);

  // A new element each time: the same words twice are announced twice.
  return (
    <div class="visually-hidden" role="status" data-testid="status-live">
      <span key={message.count}>{message.text}</span>
    </div>
  );
};

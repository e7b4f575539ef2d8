import type { RunEvent, TurnUpdate } from "./run-event.ts";
import type { Turn } from "./session.ts";

/** The turn after one event. Progress changes nothing that is kept. */
export const applyEvent = (turn: Turn, event: RunEvent): Turn => {
  switch (event.kind) {
    case "routing":
      return { ...turn, routing: event.routing };
    case "message_chunk":
      return { ...turn, answer: turn.answer + event.text };
    case "thought_chunk":
      return { ...turn, thought: turn.thought + event.text };
    case "usage":
      return { ...turn, usage: event.usage };
    case "notice":
      return { ...turn, notices: [...turn.notices, event.text] };
    case "progress":
      return turn;
  }
};

/** Applies an update once: one that the turn already includes changes nothing. */
export const applyUpdate = (turn: Turn, update: TurnUpdate): Turn =>
  update.seq <= turn.seq ? turn : { ...applyEvent(turn, update.event), seq: update.seq };

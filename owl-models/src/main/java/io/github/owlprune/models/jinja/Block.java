package io.github.owlprune.models.jinja;

import java.util.List;

/** Statements in order; errors get their lines here. */
record Block(List<Line> lines) implements Statement {
  /** A statement and the line where it starts. */
  record Line(int number, Statement statement) {}

  @Override
  public Flow execute(Frame frame) {
    Budget budget = frame.rendering().budget();
    for (Line line : lines) {
      try {
        budget.enter();
        Flow flow = line.statement().execute(frame);
        budget.leave();
        if (flow != Flow.NEXT) {
          return flow;
        }
      } catch (JinjaException e) {
        throw e.at(line.number());
      }
    }
    return Flow.NEXT;
  }

  /** Returns what the statements write, in a frame of their own. */
  String capture(Frame frame) {
    Frame inside = frame.capturing();
    execute(inside);
    return inside.output();
  }
}

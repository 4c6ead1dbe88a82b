package io.github.owlprune.cli;

import io.github.owlprune.pipeline.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar with the remaining time on a terminal, otherwise one plain line per 10 %. */
final class ProgressLine implements Progress, AutoCloseable {
  private static final int LINES = 10;

  private final PrintWriter print;

  /** Whether the output is a terminal. Set by the launcher, because Java 17 cannot tell. */
  private final boolean terminal = Boolean.getBoolean("owl.terminal");

  private @Nullable ProgressBar bar;
  private long lastLine = -1;

  ProgressLine(PrintWriter print) {
    this.print = print;
  }

  @Override
  public void update(String doing, long done, long total) {
    if (terminal) {
      if (bar == null) {
        bar =
            new ProgressBarBuilder()
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .build();
      }
      bar.stepTo(done);
      bar.setExtraMessage(" " + doing);
    } else if (done * LINES / total > lastLine) {
      lastLine = done * LINES / total;
      print.printf(Locale.ROOT, "%3d %% %s%n", 100 * done / total, doing);
      print.flush();
    }
  }

  /** Removes the bar so that results can be printed. */
  void finish() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    finish();
  }
}

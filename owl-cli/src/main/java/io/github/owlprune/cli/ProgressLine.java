package io.github.owlprune.cli;

import io.github.owlprune.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar with the remaining time on a terminal, a plain line for every tenth elsewhere. */
final class ProgressLine implements Progress, AutoCloseable {
  private static final int LINES = 10;

  private final PrintWriter print;

  /** The launcher knows; Java 17 cannot tell which stream is one. */
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

  /** Takes the bar away, so that results can be printed. */
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

package io.github.owlprune.cli;

import io.github.owlprune.runtime.Answer;
import io.github.owlprune.runtime.EndReason;
import io.github.owlprune.runtime.Generator;
import io.github.owlprune.runtime.Sampling;
import io.github.owlprune.runtime.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code owl run}: generates text. */
@Command(
    name = "run",
    description = "Continues a text, or answers a chat, with a dense or a pruned model.",
    mixinStandardHelpOptions = true)
final class RunCommand extends ModelCommand {
  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "Continue this text; with --chat, answer this message.")
  private @Nullable String prompt;

  @Option(
      names = "--chat",
      description =
          "Chat through the model's own template: answer --prompt, or one line after another from"
              + " the standard input.")
  private boolean chat;

  @Mixin private final SamplingOptions sampling = new SamplingOptions();
  @Mixin private final ValuesOption values = new ValuesOption();
  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Override
  public Integer call() throws IOException {
    String given = prompt;
    if (given == null && !chat) {
      throw new ParameterException(
          commandLine(), "--prompt TEXT to continue, or --chat, is required");
    }
    requested(() -> sampling.over(Sampling.greedy())); // before the model is loaded
    try (Generator lm = values.load(model(), threads.threads());
        Session session = lm.open()) {
      Sampling settings = sampling.over(lm.recommended());
      if (given == null) {
        converse(session, settings, lm);
      } else if (chat) {
        tell(answer(session, new ArrayList<>(), given, settings), lm);
      } else {
        tell(session.generate(given, settings, this::print), lm);
      }
    }
    return 0;
  }

  private void converse(Session session, Sampling settings, Generator lm) throws IOException {
    List<Map<String, Object>> messages = new ArrayList<>();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    String line = next(lines);
    while (line != null) {
      if (!line.isBlank()) {
        tell(answer(session, messages, line, settings), lm);
      }
      line = next(lines);
    }
  }

  private @Nullable String next(BufferedReader lines) throws IOException {
    err().print("> ");
    err().flush();
    return lines.readLine();
  }

  private Answer answer(
      Session session, List<Map<String, Object>> messages, String message, Sampling settings)
      throws IOException {
    messages.add(Map.of("role", "user", "content", message));
    Answer answer = session.chat(messages, settings, this::print);
    messages.add(Map.of("role", "assistant", "content", answer.text()));
    return answer;
  }

  private void tell(Answer answer, Generator lm) {
    print(System.lineSeparator());
    err()
        .printf(
            Locale.ROOT,
            "%d tokens, %.1f/s; prompt of %d tokens, %.1f/s; %s kernels%s%n",
            answer.tokens().size(),
            answer.decodeSpeed(),
            answer.promptTokens(),
            answer.prefillSpeed(),
            lm.kernels(),
            note(answer.end()));
    err().flush();
  }

  private static String note(EndReason end) {
    return switch (end) {
      case MAX_TOKENS -> "; ended by --max-tokens";
      case CONTEXT_FULL -> "; the model's context is full";
      case INTERRUPTED -> "; interrupted";
      case END_TOKEN, STOP_STRING -> "";
    };
  }
}

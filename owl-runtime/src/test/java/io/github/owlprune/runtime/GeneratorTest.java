package io.github.owlprune.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.kernels.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeneratorTest {
  private static final Path DEMO =
      Path.of("../owl-examples/src/main/resources/io/github/owlprune/examples/demo-model");
  private static final String PROMPT = "It was a bright cold day in";
  private static final Sampling TWENTY = Sampling.greedy().maxTokens(20).ignoreEndTokens();

  @Test
  void thePiecesAreTheText() throws IOException {
    StringBuilder pieces = new StringBuilder();
    try (Generator lm = Generator.load(DEMO)) {
      Answer answer = lm.generate(PROMPT, TWENTY, pieces::append);
      assertEquals(answer.text(), pieces.toString());
      assertEquals(20, answer.tokens().size());
      assertEquals(EndReason.MAX_TOKENS, answer.end());
      assertFalse(answer.text().isEmpty());
    }
  }

  /** The demo model is bfloat16: both types hold its weights exactly. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void exactTypesGiveTheSameTokensOnAnyNumberOfThreads(ValueType values) throws IOException {
    List<Integer> expected;
    try (Generator lm = Generator.load(DEMO)) {
      expected = lm.generate(PROMPT, TWENTY, piece -> {}).tokens();
    }
    for (int threads : new int[] {1, 3}) {
      try (Generator lm = Generator.load(DEMO, values, threads)) {
        assertEquals(expected, lm.generate(PROMPT, TWENTY, piece -> {}).tokens());
      }
    }
  }

  @Test
  void sessionsDoNotDisturbEachOther()
      throws IOException, InterruptedException, ExecutionException {
    try (Generator lm = Generator.load(DEMO, ValueType.BFLOAT16, 2)) {
      List<Integer> one = lm.generate(PROMPT, TWENTY, piece -> {}).tokens();
      List<Integer> two = lm.generate("She said that", TWENTY, piece -> {}).tokens();
      CompletableFuture<List<Integer>> beside =
          CompletableFuture.supplyAsync(
              () -> lm.generate("She said that", TWENTY, piece -> {}).tokens());
      assertEquals(one, lm.generate(PROMPT, TWENTY, piece -> {}).tokens());
      assertEquals(two, beside.get());
    }
  }

  @Test
  void aSessionReadsOnlyWhatIsNew() throws IOException {
    try (Generator lm = Generator.load(DEMO);
        Session session = lm.open()) {
      Answer first = session.generate(PROMPT, TWENTY, piece -> {});
      Answer again = session.generate(PROMPT, TWENTY, piece -> {});
      assertEquals(first.tokens(), again.tokens());
      assertEquals(first.promptTokens() - 1, again.reusedTokens());
    }
  }

  @Test
  void aSeedRepeatsAnAnswer() throws IOException {
    Sampling drawn = Sampling.random(1.5).maxTokens(20).ignoreEndTokens();
    try (Generator lm = Generator.load(DEMO)) {
      List<Integer> one = lm.generate(PROMPT, drawn.seed(1), piece -> {}).tokens();
      assertEquals(one, lm.generate(PROMPT, drawn.seed(1), piece -> {}).tokens());
      assertFalse(one.equals(lm.generate(PROMPT, drawn.seed(2), piece -> {}).tokens()));
    }
  }

  @Test
  void aPromptThatFillsTheContextIsRefused() throws IOException {
    try (Generator lm = Generator.load(DEMO);
        Session session = lm.open()) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> session.generate(new int[lm.context()], TWENTY, piece -> {}));
      assertTrue(e.getMessage().contains("leaves no room for an answer"), e.getMessage());
      int[] almost = new int[lm.context() - 1];
      assertEquals(EndReason.CONTEXT_FULL, session.generate(almost, TWENTY, piece -> {}).end());
    }
  }

  @Test
  void aChatNeedsATemplate(@TempDir Path temp) throws IOException {
    List<Map<String, Object>> chat = List.of(Map.of("role", "user", "content", "Hi"));
    try (Generator lm = Generator.load(DEMO)) {
      IOException e = assertThrows(IOException.class, () -> lm.chat(chat, TWENTY, piece -> {}));
      assertTrue(e.getMessage().contains("chat template"), e.getMessage());
    }
    for (String file : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Files.copy(DEMO.resolve(file), temp.resolve(file));
    }
    Files.writeString(
        temp.resolve("chat_template.jinja"),
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
            + "{% if add_generation_prompt %}assistant:{% endif %}");
    try (Generator lm = Generator.load(temp)) {
      assertEquals(
          lm.generate("user: Hi\nassistant:", TWENTY, piece -> {}).tokens(),
          lm.chat(chat, TWENTY, piece -> {}).tokens());
    }
  }
}

package io.github.owlprune.runtime.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.owlprune.runtime.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationDefaultsTest {
  @TempDir Path folder;

  private GenerationDefaults read(String generation, String config) throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), generation);
    Files.writeString(folder.resolve("config.json"), config);
    return GenerationDefaults.read(folder);
  }

  @Test
  void allEndTokensEndATurn() throws IOException {
    assertEquals(
        Set.of(7, 9), read("{\"eos_token_id\": [9, 7]}", "{\"eos_token_id\": 1}").endTokens());
    assertEquals(Set.of(1), read("{}", "{\"eos_token_id\": 1}").endTokens());
    assertEquals(Set.of(), read("{\"eos_token_id\": null}", "{}").endTokens());
  }

  @Test
  void aModelThatSamplesSaysHow() throws IOException {
    Sampling sampling =
        read(
                "{\"do_sample\": true, \"temperature\": 0.6, \"top_k\": 20, \"top_p\": 0.95,"
                    + " \"min_p\": 0.1, \"repetition_penalty\": 1.05}",
                "{}")
            .sampling();
    assertEquals(0.6, sampling.temperature());
    assertEquals(20, sampling.topK());
    assertEquals(0.95, sampling.topP());
    assertEquals(0.1, sampling.minP());
    assertEquals(1.05, sampling.repetitionPenalty());
    assertEquals(50, read("{\"do_sample\": true}", "{}").sampling().topK());
    assertEquals(
        Integer.MAX_VALUE, read("{\"do_sample\": true, \"top_k\": 0}", "{}").sampling().topK());
  }

  @Test
  void aFolderThatSaysNothingIsGreedy() throws IOException {
    GenerationDefaults defaults = GenerationDefaults.read(folder);
    assertTrue(defaults.sampling().isGreedy());
    assertEquals(Set.of(), defaults.endTokens());
    // Settings of sampling mean nothing without it.
    assertTrue(read("{\"temperature\": 0.6}", "{}").sampling().isGreedy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"do_sample\": 1}|do_sample is 1; it must be true or false",
        "{\"do_sample\": true, \"temperature\": 0}|temperature is 0; it must be a number",
        "{\"do_sample\": true, \"top_p\": \"x\"}|top_p is \"x\"; it must be a number",
        "{\"eos_token_id\": [1, -1]}|eos_token_id is [1,-1]; it must be a token id",
        "{|is not valid JSON"
      })
  void aBadSettingIsNamed(String generation, String message) {
    IOException e = assertThrows(IOException.class, () -> read(generation, "{}"));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}

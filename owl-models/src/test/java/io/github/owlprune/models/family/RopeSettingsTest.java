package io.github.owlprune.models.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.Rotary;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions in the spellings of either version of transformers, and in both. */
class RopeSettingsTest {
  private static final int HEAD = 16;

  private static Rotary read(String settings) throws IOException {
    String json = "{\"max_position_embeddings\":128," + settings.replace('\'', '"') + "}";
    Settings s = new Settings(Path.of("config.json"), new ObjectMapper().readTree(json));
    assertEquals(128, s.count("max_position_embeddings")); // as every family reads it
    Rotary rotary = RopeSettings.whole(s, HEAD);
    s.requireAllRead();
    return rotary;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'rope_theta':500,'rope_scaling':{'type':'linear','factor':4} | 'rope_theta':500,'rope_scaling':{'type':'linear','rope_type':'linear','factor':4}
          'rope_theta':500,'rope_scaling':{'type':'linear','factor':4} | 'rope_parameters':{'rope_type':'linear','factor':4,'rope_theta':500}
          'rope_theta':500,'rope_scaling':{'type':'linear','factor':4} | 'rope_theta':500,'rope_scaling':{'type':'linear','factor':4},'rope_parameters':{'rope_type':'linear','factor':4,'rope_theta':500}
          'rope_theta':500 | 'rope_theta':500,'rope_scaling':null,'rope_parameters':{'rope_type':'default','rope_theta':500}
          'rope_theta':500 | 'rope_theta':500,'rope_scaling':{'type':'dynamic','factor':4}
          'rope_scaling':{'rope_type':'yarn','factor':4,'original_max_position_embeddings':32} | 'rope_scaling':{'rope_type':'yarn','original_max_position_embeddings':32,'beta_fast':32,'beta_slow':1,'attention_factor':1.1386294361119891}
          'rope_scaling':{'rope_type':'yarn','factor':4,'attention_factor':1} | 'rope_scaling':{'rope_type':'yarn','factor':4,'mscale':0.5,'mscale_all_dim':0.5}
          """)
  void equalPositionsMayBeSpelledDifferently(String one, String other) throws IOException {
    assertTrue(read(one).isSameAs(read(other)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'rope_scaling':{'type':'linear','rope_type':'dynamic','factor':4} | rope_scaling.type
          'rope_scaling':{'type':'linear','factor':4},'rope_parameters':{'rope_type':'default'} | the setting rope_scaling
          'rope_theta':500,'rope_parameters':{'rope_theta':600} | the setting rope_theta
          'rope_scaling':{'type':'ntk','factor':4} | rope_scaling.type
          'rope_scaling':{'type':'dynamic'} | rope_scaling.factor
          'rope_theta':1,'rope_scaling':{'type':'yarn','factor':4} | rope_scaling.rope_theta
          'rope_scaling':{'type':'yarn','factor':4,'mscale':0} | rope_scaling.mscale
          'rope_scaling':{'type':'yarn','factor':4,'unknown':1} | rope_scaling.unknown
          """)
  void contradictionsAreRejectedByName(String settings, String name) {
    String message = assertThrows(CheckpointException.class, () -> read(settings)).getMessage();
    assertTrue(message.contains(name), message);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "4, true"})
  void yarnKeepsFastDimensionsAndSlowsTheOthers(double factor, boolean slows) throws IOException {
    Rotary plain = read("'rope_theta':10000");
    Rotary yarn = read("'rope_scaling':{'type':'yarn','factor':" + factor + "}");
    assertEquals(slows, !yarn.isSameAs(plain));
  }
}

package io.github.owlprune.models.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object in UTF-8 and nothing else. What two readers could understand in two ways is
 * refused: a name that comes twice, broken characters, more text after the object.
 */
public final class StrictJson {
  // A tensor takes about 15 tokens, so this is room for a quarter of a million of them. Without a
  // limit, 100 MB of "{},{},…" would become gigabytes of objects.
  private static final long MOST_TOKENS = 4_000_000;

  private static final String WAY_OUT = "; mend it or fetch it anew";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /**
   * Reads an object.
   *
   * @param what names the text in messages, such as a file's name
   * @param bytes holds the text
   * @param offset where it begins
   * @param length how many bytes it has
   * @return a JSON object
   * @throws InvalidFileException if it is none, saying why
   */
  public static JsonNode object(String what, byte[] bytes, int offset, int length)
      throws InvalidFileException {
    // A decoder of its own refuses broken characters, where a String would replace them.
    try (InputStreamReader text =
        new InputStreamReader(
            new ByteArrayInputStream(bytes, offset, length), StandardCharsets.UTF_8.newDecoder())) {
      JsonNode tree = MAPPER.readTree(text);
      if (!tree.isObject()) {
        throw new InvalidFileException(what + " is no JSON object" + WAY_OUT);
      }
      return tree;
    } catch (InvalidFileException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(what + " is no JSON: it is not in UTF-8" + WAY_OUT);
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(
          what + " is no JSON: " + shown(e.getOriginalMessage()) + WAY_OUT);
    } catch (IOException e) {
      throw new InvalidFileException(what + " is no JSON: " + e.getMessage() + WAY_OUT);
    }
  }

  /**
   * A part of a file for a message.
   *
   * @param part what to show
   * @return it as text, or its beginning, if it is long
   */
  public static String shown(Object part) {
    String text = String.valueOf(part);
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}

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
 * Reads a single JSON object in UTF-8. Ambiguous input is rejected: duplicate names, malformed
 * characters, and text after the object.
 */
public final class StrictJson {
  // A tensor takes about 15 tokens, so the limit allows 250,000 tensors. Without a limit, 100 MB of
  // "{},{},…" would become gigabytes of objects.
  private static final long MOST_TOKENS = 4_000_000;

  private static final String WAY_OUT = "; fix or download it again";

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
   * @param what the text's name in messages, such as its file
   * @param bytes contains the text
   * @param offset the index of the first byte
   * @param length the number of bytes
   * @return the object
   * @throws InvalidFileException if the text is not a single JSON object
   */
  public static JsonNode object(String what, byte[] bytes, int offset, int length)
      throws InvalidFileException {
    // An explicit decoder rejects malformed characters, which new String(...) would replace.
    try (InputStreamReader text =
        new InputStreamReader(
            new ByteArrayInputStream(bytes, offset, length), StandardCharsets.UTF_8.newDecoder())) {
      JsonNode tree = MAPPER.readTree(text);
      if (!tree.isObject()) {
        throw new InvalidFileException(what + " is not a JSON object" + WAY_OUT);
      }
      return tree;
    } catch (InvalidFileException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(what + " is not valid JSON: it is not in UTF-8" + WAY_OUT);
    } catch (JsonProcessingException e) {
      throw new InvalidFileException(
          what + " is not valid JSON: " + shown(e.getOriginalMessage()) + WAY_OUT);
    } catch (IOException e) {
      throw new InvalidFileException(what + " is not valid JSON: " + e.getMessage() + WAY_OUT);
    }
  }

  /**
   * Shortens a part of a file for a message.
   *
   * @param part the part to show
   * @return its text, cut after 200 characters
   */
  public static String shown(Object part) {
    String text = String.valueOf(part);
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}

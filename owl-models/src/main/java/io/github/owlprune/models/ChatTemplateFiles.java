package io.github.owlprune.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the files of a folder say about chats.
 *
 * @param templates the templates by name
 * @param specialTokens the texts of {@code bos_token} and the like
 */
record ChatTemplateFiles(SortedMap<String, Source> templates, Map<String, String> specialTokens) {
  private static final long LONGEST_TEMPLATE = 1 << 20;
  private static final long LONGEST_JSON = 1 << 24;
  private static final String EXTENSION = ".jinja";

  /** A template and the file that contains it. */
  record Source(Path file, String text) {}

  static ChatTemplateFiles read(Path folder) throws IOException {
    Path configFile = folder.resolve("tokenizer_config.json");
    JsonNode config = json(configFile);
    SortedMap<String, Source> templates = files(folder);
    if (templates.isEmpty()) {
      add(templates, configFile, config.path("chat_template"));
    }
    if (templates.isEmpty()) {
      Path file = folder.resolve("chat_template.json");
      add(templates, file, json(file).path("chat_template"));
    }
    if (templates.isEmpty()) {
      throw new CheckpointException(
          folder
              + " contains no chat template (chat_template.jinja, or chat_template in"
              + " tokenizer_config.json); add the model's, or give plain text instead of messages");
    }
    Map<String, String> tokens = new HashMap<>();
    addTokens(tokens, json(folder.resolve("special_tokens_map.json")));
    addTokens(tokens, config);
    return new ChatTemplateFiles(templates, tokens);
  }

  private static SortedMap<String, Source> files(Path folder) throws IOException {
    SortedMap<String, Source> templates = new TreeMap<>();
    Path single = folder.resolve("chat_template" + EXTENSION);
    if (Files.isRegularFile(single)) {
      templates.put(FolderChatTemplate.DEFAULT, new Source(single, text(single)));
    }
    Path others = folder.resolve("additional_chat_templates");
    if (Files.isDirectory(others)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(others, "*" + EXTENSION)) {
        for (Path file : files) {
          String name = file.getFileName().toString().replaceFirst("\\.jinja$", "");
          templates.put(name, new Source(file, text(file)));
        }
      }
    }
    return templates;
  }

  /** Adds a single template, or a list of named ones. */
  private static void add(SortedMap<String, Source> templates, Path file, JsonNode given)
      throws CheckpointException {
    if (given.isTextual()) {
      templates.put(FolderChatTemplate.DEFAULT, source(file, given));
    } else if (given.isArray()) {
      for (JsonNode named : given) {
        if (!named.path("name").isTextual() || !named.path("template").isTextual()) {
          throw new CheckpointException(
              file + " has a chat_template without a name or a template; correct it");
        }
        templates.put(named.path("name").textValue(), source(file, named.path("template")));
      }
    } else if (!given.isMissingNode() && !given.isNull()) {
      throw new CheckpointException(
          file + " has a chat_template that is neither a text nor a list; correct it");
    }
  }

  private static Source source(Path file, JsonNode text) throws CheckpointException {
    requireAtMost(file, text.textValue().length(), LONGEST_TEMPLATE, "a chat template of ");
    return new Source(file, text.textValue());
  }

  private static void addTokens(Map<String, String> tokens, JsonNode config) {
    for (Map.Entry<String, JsonNode> field : config.properties()) {
      JsonNode value = field.getValue();
      JsonNode text = value.isObject() ? value.path("content") : value;
      if (field.getKey().endsWith("_token") && text.isTextual()) {
        tokens.put(field.getKey(), text.textValue());
      }
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return Files.isRegularFile(file)
        ? JsonFile.object(file, LONGEST_JSON)
        : MissingNode.getInstance();
  }

  private static String text(Path file) throws IOException {
    requireAtMost(file, Files.size(file), LONGEST_TEMPLATE, "");
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file + " is not a text in UTF-8; download it again");
    }
  }

  private static void requireAtMost(Path file, long size, long most, String what)
      throws CheckpointException {
    if (size > most) {
      throw new CheckpointException(
          file + " has " + what + size + " bytes; at most " + most + " are supported");
    }
  }
}

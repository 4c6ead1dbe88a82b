package io.github.owlprune.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderChatTemplateTest {
  private static final List<Map<String, Object>> CHAT =
      List.of(Map.of("role", "user", "content", "Hi"));
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}{{ eos_token }}"
          + "{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}{{ tools is none }}";
  private static final String JSON_TEMPLATE = TEMPLATE.replace("\"", "\\\"");

  @TempDir Path folder;

  private void write(String file, String text) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), text);
  }

  private FolderChatTemplate open() throws IOException {
    return FolderChatTemplate.open(folder, List.of());
  }

  @Test
  void specialTokensAndVariablesReachTheTemplate() throws IOException {
    write("chat_template.jinja", TEMPLATE);
    write(
        "special_tokens_map.json", "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"?\"}");
    write("tokenizer_config.json", "{\"eos_token\": \"</s>\", \"add_bos_token\": true}");
    FolderChatTemplate template = open();
    assertEquals(Set.of("default"), template.names());
    assertEquals("<s>user: Hi</s>assistant:True", template.render(CHAT, true, Map.of()));
    assertEquals("<s>user: Hi</s>False", template.render(CHAT, false, Map.of("tools", List.of())));
  }

  @Test
  void aStartThatTheTokenizerAddsIsLeftOutForCalibration() throws IOException {
    write("chat_template.jinja", TEMPLATE);
    write("tokenizer_config.json", "{\"bos_token\": \"<s>\"}");
    assertEquals("<s>user: HiTrue", open().render(CHAT));
    FolderChatTemplate template = FolderChatTemplate.open(folder, List.of("<s>"));
    assertEquals("user: HiTrue", template.render(CHAT));
    assertEquals("<s>user: HiTrue", template.render(CHAT, false, Map.of()));
  }

  @Test
  void filesTakePrecedenceAsInTransformers() throws IOException {
    write("chat_template.json", "{\"chat_template\": \"three\"}");
    assertEquals("three", open().render(CHAT));
    write("tokenizer_config.json", "{\"chat_template\": \"two\"}");
    assertEquals("two", open().render(CHAT));
    write("chat_template.jinja", "one");
    assertEquals("one", open().render(CHAT));
    write("additional_chat_templates/tool_use.jinja", "tools");
    FolderChatTemplate template = open();
    assertEquals(Set.of("default", "tool_use"), template.names());
    assertEquals("one", template.render(CHAT));
    assertEquals("tools", template.render(CHAT, false, Map.of("tools", List.of())));
    assertEquals("tools", template.render("tool_use", CHAT, false, Map.of()));
  }

  @Test
  void namedTemplatesMayStandInTheTokenizersSettings() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \""
            + JSON_TEMPLATE
            + "\"}, {\"name\": \"rag\", \"template\": \"{{ documents }}\"}]}");
    FolderChatTemplate template = open();
    assertEquals("user: HiTrue", template.render(CHAT));
    assertEquals("[1]", template.render("rag", CHAT, false, Map.of("documents", List.of(1))));
    String unknown =
        assertThrows(
                IllegalArgumentException.class,
                () -> template.render("other", CHAT, false, Map.of()))
            .getMessage();
    assertTrue(unknown.contains("[default, rag]"), unknown);
  }

  @Test
  void refusalsSayWhatTheTemplateSays() throws IOException {
    write("chat_template.jinja", "\n{{ raise_exception('no system role') }}");
    FolderChatTemplate template = open();
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> template.render(CHAT)).getMessage();
    assertTrue(refusal.contains("no system role") && refusal.contains("line 2"), refusal);
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    requireRefused("no chat template");
    write("tokenizer_config.json", "{\"chat_template\": null}");
    requireRefused("no chat template");
    write("tokenizer_config.json", "{\"chat_template\": 5}");
    requireRefused("neither a text nor a list");
    write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"a\"}]}");
    requireRefused("without a name or a template");
    write("tokenizer_config.json", "{\"chat_template\": \"a\\n{% if %}\"}");
    requireRefused("line 2");
    write("tokenizer_config.json", "{");
    requireRefused("tokenizer_config.json");
    Files.delete(folder.resolve("tokenizer_config.json"));
    Files.write(folder.resolve("chat_template.jinja"), new byte[] {(byte) 0xff, 0, (byte) 0xfe});
    requireRefused("UTF-8");
    write("chat_template.jinja", "x".repeat((1 << 20) + 1));
    requireRefused("at most 1048576");
  }

  private void requireRefused(String reason) {
    String message = assertThrows(IOException.class, this::open).getMessage();
    assertTrue(message.contains(reason), message);
  }
}

package io.github.owlprune.models;

import io.github.owlprune.calibration.ChatTemplate;
import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.jinja.Dialect;
import io.github.owlprune.models.jinja.JinjaException;
import io.github.owlprune.models.jinja.JinjaTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates in a Hugging Face folder: {@code chat_template.jinja} and {@code
 * additional_chat_templates}, else {@code tokenizer_config.json}, else {@code chat_template.json}.
 * They render as in transformers. Thread-safe.
 */
public final class FolderChatTemplate implements ChatTemplate {
  /** The template that is used if none is named. */
  public static final String DEFAULT = "default";

  /** The template that is used with tools, if a model has it. */
  private static final String WITH_TOOLS = "tool_use";

  private final Path folder;
  private final SortedMap<String, JinjaTemplate> templates;
  private final Map<String, String> specialTokens;
  private final List<String> added;

  private FolderChatTemplate(
      Path folder,
      SortedMap<String, JinjaTemplate> templates,
      Map<String, String> specialTokens,
      List<String> added) {
    this.folder = folder;
    this.templates = templates;
    this.specialTokens = specialTokens;
    this.added = added;
  }

  /**
   * Opens the chat templates of a model.
   *
   * @param folder the model's folder
   * @param tokenizer the model's tokenizer, which decides what {@link #render(List)} leaves out
   * @return the templates
   * @throws IOException if the folder has no chat template, or a file is malformed or too large
   */
  public static FolderChatTemplate open(Path folder, FolderTokenizer tokenizer) throws IOException {
    return open(folder, tokenizer.addedTokens());
  }

  /**
   * Opens the chat templates of a model.
   *
   * @param added the special tokens that the tokenizer adds to every text
   */
  static FolderChatTemplate open(Path folder, List<String> added) throws IOException {
    ChatTemplateFiles files = ChatTemplateFiles.read(folder);
    SortedMap<String, JinjaTemplate> templates = new TreeMap<>();
    for (Map.Entry<String, ChatTemplateFiles.Source> entry : files.templates().entrySet()) {
      ChatTemplateFiles.Source source = entry.getValue();
      try {
        templates.put(entry.getKey(), JinjaTemplate.parse(source.text(), Dialect.CHAT));
      } catch (JinjaException e) {
        throw new CheckpointException(
            source.file()
                + " has a chat template that cannot be read: "
                + e.getMessage()
                + "; correct it");
      }
    }
    return new FolderChatTemplate(folder, templates, files.specialTokens(), added);
  }

  /**
   * Returns the names of the model's templates.
   *
   * @return at least one; usually only {@link #DEFAULT}
   */
  public SortedSet<String> names() {
    return new TreeSet<>(templates.keySet());
  }

  /**
   * Renders a whole chat by the default template. A token for the beginning of a text is left out
   * if the tokenizer adds it.
   */
  @Override
  public String render(List<Map<String, Object>> messages) {
    String text = render(messages, false, Map.of());
    String start = specialTokens.get("bos_token");
    return start != null && added.contains(start) && text.startsWith(start)
        ? text.substring(start.length())
        : text;
  }

  /**
   * Renders a chat as transformers does, including all special tokens; encode it by {@link
   * FolderTokenizer#encodeRendered}.
   *
   * @param messages each has a {@code role} and usually a {@code content}; values as in JSON
   * @param addGenerationPrompt whether the text ends with what starts the model's answer
   * @param variables further variables of the template, such as {@code tools}, {@code documents} or
   *     {@code enable_thinking}; values as in JSON
   * @return the text
   * @throws IllegalArgumentException if the template refuses the messages or costs more than a
   *     rendering may, or if the model has several templates and none is the default
   */
  public String render(
      List<Map<String, Object>> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
    boolean tools = variables.get("tools") != null && templates.containsKey(WITH_TOOLS);
    return render(tools ? WITH_TOOLS : DEFAULT, messages, addGenerationPrompt, variables);
  }

  /**
   * Renders a chat by a named template, otherwise as {@link #render(List, boolean, Map)}.
   *
   * @param name one of {@link #names}
   * @param messages the chat
   * @param addGenerationPrompt whether the text ends with what starts the model's answer
   * @param variables further variables of the template
   * @return the text
   * @throws IllegalArgumentException if there is no such template, it refuses the messages, or it
   *     costs more than a rendering may
   */
  public String render(
      String name,
      List<Map<String, Object>> messages,
      boolean addGenerationPrompt,
      Map<String, ?> variables) {
    JinjaTemplate template = templates.get(name);
    if (template == null) {
      throw new IllegalArgumentException(
          folder + " has no chat template named '" + name + "'; give one of " + templates.keySet());
    }
    Map<String, @Nullable Object> all = new HashMap<>(specialTokens);
    all.put("tools", null);
    all.put("documents", null);
    all.putAll(variables);
    all.put("messages", messages);
    all.put("add_generation_prompt", addGenerationPrompt);
    try {
      return template.render(all);
    } catch (JinjaException e) {
      throw new IllegalArgumentException(
          "the chat template of " + folder + " does not accept the chat: " + e.getMessage(), e);
    }
  }
}

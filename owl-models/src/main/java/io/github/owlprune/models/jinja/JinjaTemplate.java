package io.github.owlprune.models.jinja;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed template. It is immutable and can be rendered by several threads at once.
 *
 * <p>Known are the tags {@code if}, {@code for}, {@code set}, {@code with}, {@code macro}, {@code
 * call}, {@code filter}, {@code raw}, {@code break}, {@code continue} and {@code generation}, all
 * of Jinja's expressions, and the filters, tests and methods that templates of models use.
 */
public final class JinjaTemplate {
  private final Block body;
  private final Dialect dialect;

  private JinjaTemplate(Block body, Dialect dialect) {
    this.body = body;
    this.dialect = dialect;
  }

  /**
   * Parses a template.
   *
   * @param source its text
   * @param dialect the settings it was written for
   * @return the template
   * @throws JinjaException if it is malformed, nested too deep, or uses an unknown tag
   */
  public static JinjaTemplate parse(String source, Dialect dialect) {
    return new JinjaTemplate(
        new StatementParser(Lexer.tokens(source, dialect)).template(), dialect);
  }

  /**
   * Renders the template.
   *
   * @param variables texts, numbers, booleans, null, and lists and maps of these
   * @return the text
   * @throws JinjaException if the template refuses the variables, uses something undefined or
   *     unknown, or costs more than a rendering may
   */
  public String render(Map<String, ? extends @Nullable Object> variables) {
    Frame frame = Frame.outermost(new Rendering(dialect), Inputs.variables(variables));
    body.execute(frame);
    return frame.output();
  }
}

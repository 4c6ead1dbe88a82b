package io.github.owlprune.models.family;

import io.github.owlprune.models.checkpoint.CheckpointException;
import io.github.owlprune.models.decoder.AttentionShape;
import io.github.owlprune.models.decoder.DecoderRecipe;
import io.github.owlprune.models.decoder.SoftCap;
import org.jspecify.annotations.Nullable;

/**
 * The soft caps of Gemma models.
 *
 * @param scores of attention scores, null for none
 * @param logits of the final logits, null for none
 */
record SoftCaps(@Nullable SoftCap scores, @Nullable SoftCap logits) {
  /** Reads both caps; a null setting means none, a missing one the default, null for none. */
  static SoftCaps read(Settings s, @Nullable SoftCap scores, @Nullable SoftCap logits)
      throws CheckpointException {
    return new SoftCaps(
        read(s, "attn_logit_softcapping", scores), read(s, "final_logit_softcapping", logits));
  }

  private static @Nullable SoftCap read(Settings s, String name, @Nullable SoftCap defaultValue)
      throws CheckpointException {
    if (s.isNull(name)) {
      return null;
    }
    return s.has(name) ? new SoftCap((float) s.positive(name)) : defaultValue;
  }

  AttentionShape on(AttentionShape shape) {
    return scores == null ? shape : shape.withScoreChange(scores);
  }

  DecoderRecipe on(DecoderRecipe recipe) {
    return logits == null
        ? recipe
        : recipe.with(recipe.embedding(), recipe.head().withSoftCap(logits));
  }
}
